using System.Reflection;

namespace Pao.Orchestrator.Storage;

/// <summary>
/// Numbered scripts, embedded; one that is released is never edited. Those of one release leave the release before it running,
/// so that a rolling update has both on one database (ADR 21).
/// </summary>
internal static class Migrations
{
    /// <summary>With which script each release begins that has some; the newest entry is that of the release in the making.</summary>
    private static readonly int[] Releases = [1];

    private const string CreateVersionTable = """
        create table if not exists schema_version (version bigint primary key, name text not null, applied_at text not null)
        """;

    private const string CurrentVersion = "select coalesce(max(version), 0) as version from schema_version";

    private const string RecordVersion =
        "insert into schema_version (version, name, applied_at) values (@version, @name, @applied_at)";

    private const string CreateReleaseTable = "create table if not exists schema_release (release bigint primary key, applied_at text not null)";

    private const string CurrentRelease = "select coalesce(max(release), 0) as release from schema_release";

    private const string RecordRelease = "insert into schema_release (release, applied_at) values (@release, @applied_at)";

    public static async Task ApplyAsync(
        Transaction transaction, string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(CreateVersionTable, _ => { }, cancellationToken);
        await transaction.ExecuteAsync(CreateReleaseTable, _ => { }, cancellationToken);
        var versions = await transaction.ReadAsync(CurrentVersion, _ => { }, row => row.Number("version"), cancellationToken);
        var releases = await transaction.ReadAsync(CurrentRelease, _ => { }, row => row.Number("release"), cancellationToken);
        var scripts = Scripts(folder);
        if (releases[0] > Releases.Length + 1)
            throw new InvalidOperationException(
                $"The requests' database belongs to a build of PAO that is {releases[0] - Releases.Length} releases newer than this one "
                + $"(schema version {versions[0]}, this build knows {scripts[^1].Version}): start that build, or one that is one release older.");

        foreach (var script in scripts.Where(script => script.Version > versions[0]))
        {
            await transaction.ExecuteAsync(script.Sql, _ => { }, cancellationToken);
            await transaction.ExecuteAsync(
                RecordVersion,
                p => p.Number("version", script.Version).Text("name", script.Name).Text("applied_at", time.GetUtcNow().ToString("O")),
                cancellationToken);
        }

        if (releases[0] < Releases.Length)
            await transaction.ExecuteAsync(
                RecordRelease,
                p => p.Number("release", Releases.Length).Text("applied_at", time.GetUtcNow().ToString("O")),
                cancellationToken);
    }

    private static List<Script> Scripts(string folder)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = $"Pao.Orchestrator.Storage.{folder}.Migrations.";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Script.Read(assembly, name, name[prefix.Length..]))];
    }

    private sealed record Script(int Version, string Name, string Sql)
    {
        public static Script Read(Assembly assembly, string resource, string name)
        {
            using var stream = assembly.GetManifestResourceStream(resource)
                ?? throw new InvalidOperationException($"The resource {resource} is missing.");
            using var reader = new StreamReader(stream);
            return new Script(int.Parse(name.AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture), name, reader.ReadToEnd());
        }
    }
}
