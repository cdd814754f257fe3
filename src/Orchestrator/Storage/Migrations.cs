using System.Reflection;

namespace Pao.Orchestrator.Storage;

/// <summary>Numbered scripts, embedded; one that is released is never edited.</summary>
internal static class Migrations
{
    private const string CreateVersionTable = """
        create table if not exists schema_version (version bigint primary key, name text not null, applied_at text not null)
        """;

    private const string CurrentVersion = "select coalesce(max(version), 0) as version from schema_version";

    private const string RecordVersion =
        "insert into schema_version (version, name, applied_at) values (@version, @name, @applied_at)";

    public static async Task ApplyAsync(
        Transaction transaction, string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(CreateVersionTable, _ => { }, cancellationToken);
        var versions = await transaction.ReadAsync(CurrentVersion, _ => { }, row => row.Number("version"), cancellationToken);
        var scripts = Scripts(folder);
        if (versions[0] > scripts[^1].Version)
            throw new InvalidOperationException(
                $"The database has schema version {versions[0]}, this build of PAO knows {scripts[^1].Version}: start a newer build.");

        foreach (var script in scripts.Where(script => script.Version > versions[0]))
        {
            await transaction.ExecuteAsync(script.Sql, _ => { }, cancellationToken);
            await transaction.ExecuteAsync(
                RecordVersion,
                p => p.Number("version", script.Version).Text("name", script.Name).Text("applied_at", time.GetUtcNow().ToString("O")),
                cancellationToken);
        }
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
