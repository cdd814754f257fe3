using System.Reflection;
using Npgsql;

namespace Pao.TaskHub.Postgres;

/// <summary>
/// Applies the numbered migrations that a database lacks; processes that start together take turns. Those of one release leave
/// the release before it running, so that a rolling update has both on one hub (ADR 21).
/// </summary>
internal static class PostgresMigrations
{
    /// <summary>The command timeout that is none: how long a migration takes is a matter of how many rows there are.</summary>
    private const int Unlimited = 0;

    /// <summary>With which migration each release begins that has some; the newest entry is that of the release in the making.</summary>
    private static readonly int[] Releases = [1];

    private const string Prefix = "Pao.TaskHub.Postgres.Migrations.";

    private const string Prepare = """
        select pg_advisory_xact_lock(7061746873);
        create schema if not exists task_hub;
        create table if not exists task_hub.schema_version (
          version integer primary key,
          applied_at timestamptz not null default now()
        );
        create table if not exists task_hub.schema_release (
          release integer primary key,
          applied_at timestamptz not null default now()
        )
        """;

    private const string Applied = "select coalesce(max(version), 0) from task_hub.schema_version";

    private const string RecordVersion = "insert into task_hub.schema_version (version) values ($1)";

    private const string CurrentRelease = "select coalesce(max(release), 0) from task_hub.schema_release";

    private const string RecordRelease = "insert into task_hub.schema_release (release) values ($1)";

    /// <exception cref="InvalidOperationException">The database is more than one release newer than this build.</exception>
    public static void Apply(NpgsqlDataSource database)
    {
        using var connection = database.OpenConnection();
        using var transaction = connection.BeginTransaction();
        Execute(connection, Prepare);

        var (applied, release) = (Number(connection, Applied), Number(connection, CurrentRelease));
        if (release > Releases.Length + 1)
            throw new InvalidOperationException(
                $"The task hub's database belongs to a build of PAO that is {release - Releases.Length} releases newer than this one: "
                + "start that build, or one that is one release older.");

        foreach (var (version, sql) in Migrations().Where(migration => migration.Version > applied))
        {
            Execute(connection, sql, Unlimited);
            Record(connection, RecordVersion, version);
        }

        if (release < Releases.Length)
            Record(connection, RecordRelease, Releases.Length);
        transaction.Commit();
    }

    private static IEnumerable<(int Version, string Sql)> Migrations()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order())
        {
            using var stream = assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The migration '{name}' is missing.");
            using var reader = new StreamReader(stream);
            yield return (int.Parse(name.AsSpan(Prefix.Length, 4), provider: null), reader.ReadToEnd());
        }
    }

    private static int Number(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return (int)(command.ExecuteScalar() ?? 0);
    }

    private static void Record(NpgsqlConnection connection, string sql, int number)
    {
        using var command = new NpgsqlCommand(sql, connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = number } } };
        command.ExecuteNonQuery();
    }

    private static void Execute(NpgsqlConnection connection, string sql, int? timeout = null)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.CommandTimeout = timeout ?? command.CommandTimeout;
        command.ExecuteNonQuery();
    }
}
