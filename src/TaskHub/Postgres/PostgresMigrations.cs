using System.Reflection;
using Npgsql;

namespace Pao.TaskHub.Postgres;

/// <summary>Applies the numbered migrations that a database lacks; processes that start together take turns.</summary>
internal static class PostgresMigrations
{
    private const string Prefix = "Pao.TaskHub.Postgres.Migrations.";

    private const string Prepare = """
        select pg_advisory_xact_lock(7061746873);
        create schema if not exists task_hub;
        create table if not exists task_hub.schema_version (
          version integer primary key,
          applied_at timestamptz not null default now()
        )
        """;

    private const string Applied = "select coalesce(max(version), 0) from task_hub.schema_version";

    private const string Record = "insert into task_hub.schema_version (version) values ($1)";

    public static void Apply(NpgsqlDataSource database)
    {
        using var connection = database.OpenConnection();
        using var transaction = connection.BeginTransaction();
        Execute(connection, Prepare);

        using var read = new NpgsqlCommand(Applied, connection);
        var applied = (int)(read.ExecuteScalar() ?? 0);
        foreach (var (version, sql) in Migrations().Where(migration => migration.Version > applied))
        {
            Execute(connection, sql);
            using var record = new NpgsqlCommand(Record, connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = version } } };
            record.ExecuteNonQuery();
        }

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

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
