using Npgsql;
using Pao.Orchestrator.Storage;
using Pao.Orchestrator.Storage.Postgres;

namespace Pao.Orchestrator.Tests.Requests;

/// <summary>What stays in a session of PostgreSQL, and what goes with each transaction where nothing may stay.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private const string Prepared = "select count(*) as n from pg_prepared_statements";

    private const string Settings = """
        select current_setting('search_path') || ' ' || current_setting('synchronous_commit') || ' '
          || current_setting('idle_in_transaction_session_timeout') as settings
        """;

    private readonly PostgresTestDatabase _test = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _test.CreateAsync(Cancellation);
        await using var source = NpgsqlDataSource.Create(_test.ConnectionString);
        await using var off = source.CreateCommand(
            "do $$ begin execute format('alter database %I set synchronous_commit = off', current_database()); end $$");
        await off.ExecuteNonQueryAsync(Cancellation);
    }

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_statement_is_durable_and_bounded_whatever_the_servers_defaults(bool keepsSessions)
    {
        await using var database = await OpenAsync(keepsSessions);

        var read = await database.ReadAsync(Settings, _ => { }, row => row.Text("settings"), Cancellation);
        var written = await database.WriteAsync(
            async transaction => await transaction.ReadAsync(Settings, _ => { }, row => row.Text("settings"), Cancellation), Cancellation);

        Assert.Equal(["pao on 10s"], read);
        Assert.Equal(["pao on 10s"], written);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Statements_stay_prepared_only_where_sessions_are_kept(bool keepsSessions)
    {
        await using var database = await OpenAsync(keepsSessions);
        List<long> prepared = [];
        for (var i = 0; i < 4; i++)
            prepared = await database.ReadAsync(Prepared, _ => { }, row => row.Number("n"), Cancellation);

        Assert.Equal(keepsSessions, prepared.Single() > 0);
    }

    private async Task<Database> OpenAsync(bool keepsSessions)
    {
        var database = new PostgresDatabase(_test.ConnectionString, keepsSessions);
        await database.MigrateAsync(TimeProvider.System, Cancellation);
        return database;
    }
}
