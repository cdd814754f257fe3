using Npgsql;
using Pao.TaskHub.Postgres;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Stores;

/// <summary>A hub that has grown takes its time to be migrated.</summary>
public sealed class MigrationTests
{
    private const string GoBack = """
        alter table task_hub.hub drop column crashed_at;
        alter table task_hub.instance drop column losses;
        alter table task_hub.activity drop column losses;
        delete from task_hub.schema_version where version >= 5
        """;

    [Fact]
    public async Task A_migration_that_takes_longer_than_other_commands_may_is_not_given_up()
    {
        await using var fixture = new PostgresFixture();
        using (var store = await fixture.OpenAsync(new TaskHubOptions()))
            store.Initialize();
        await using var other = NpgsqlDataSource.Create(fixture.ConnectionString);
        await ExecuteAsync(other, GoBack);
        await using var hasty = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(fixture.ConnectionString) { CommandTimeout = 1 });

        await using var connection = await other.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var reading = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var read = new NpgsqlCommand("select * from task_hub.hub", connection, reading))
            await read.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var migration = Task.Run(() => PostgresMigrations.Apply(hasty), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            async () => migration.IsCompleted || await NumberAsync(other, """
                select count(*) from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock' and clock_timestamp() - query_start > interval '3 seconds'
                """) > 0,
            "the migration had waited for longer than a command may take");
        await reading.RollbackAsync(TestContext.Current.CancellationToken);
        await migration;

        Assert.Equal(0, await NumberAsync(other, "select count(crashed_at) from task_hub.hub"));
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<long> NumberAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is long number ? number : -1;
    }
}
