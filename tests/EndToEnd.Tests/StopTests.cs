using Npgsql;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>A process that is told to stop ends in good order, and leaves nothing that another has to wait for.</summary>
public sealed class StopTests : EndToEndTest
{
    private const string WhoWaits = """
        select locktype from pg_locks
        where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Under_load_it_ends_within_30_s_and_nothing_is_lost_or_done_twice(string store)
    {
        var pao = Pao(await NewDatabaseAsync(store));
        await pao.StartAsync();
        var ids = await SubmitAsync(pao, 40);
        await Until.TrueAsync(async () => (await Sandbox.LedgerAsync()).Count > 10, () => "actions are in flight");

        await StopAsync(pao);
        var done = (await Sandbox.LedgerAsync()).Count(entry => entry.Outcome == "effect");
        Assert.True(done < ids.Count * 3, "all was done before the stop");
        await pao.StartAsync();

        foreach (var id in ids)
            await pao.Api.AssertCompletesAsync(id);
        await AssertEffectsAsync(ids, "first", "second", "third");
        Assert.DoesNotContain(await Sandbox.LedgerAsync(), entry => entry.Outcome == "repeat");
        foreach (var id in ids)
            await AssertHistoryAsync(pao.Api, id);
    }

    [Fact]
    public async Task The_other_process_goes_on_at_once_with_what_the_stopped_one_had()
    {
        var database = await NewDatabaseAsync("postgres");
        var (first, second) = (Pao(database, "first"), Pao(database, "second"));
        foreach (var pao in (PaoProcess[])[first, second])
        {
            pao.Set("Pao__TaskHub__Lease", "00:10:00"); // whoever had to wait for it would be found out
            await pao.StartAsync();
        }

        var ids = await SubmitAsync(first, 40);
        await Until.TrueAsync(async () => (await Sandbox.LedgerAsync()).Count > 10, () => "actions are in flight");

        await StopAsync(first);
        var stopped = TimeProvider.System.GetTimestamp();
        foreach (var id in ids)
            await second.Api.AssertCompletesAsync(id);

        Assert.True(TimeProvider.System.GetElapsedTime(stopped) < TimeSpan.FromMinutes(5), "the leases were waited for");
        await AssertEffectsAsync(ids, "first", "second", "third");
        Assert.DoesNotContain(await Sandbox.LedgerAsync(), entry => entry.Outcome == "repeat");
    }

    [Fact]
    public async Task An_action_that_hangs_is_given_back_and_done_by_the_next_process_under_its_key()
    {
        var pao = Pao();
        pao.Set("Pao__Limits__StopTime", "00:00:03");
        await pao.StartAsync();
        await Sandbox.BreakAsync(0, hang: 1.0);
        var ids = await SubmitAsync(pao, 5);
        await Until.TrueAsync(async () => (await Sandbox.LedgerAsync()).Count == 5, () => "every first action hangs");

        await StopAsync(pao);
        await Sandbox.BreakAsync(0);
        await pao.StartAsync();

        foreach (var id in ids)
            await pao.Api.AssertCompletesAsync(id);
        await AssertEffectsAsync(ids, "first", "second", "third");
    }

    [Fact]
    public async Task Those_who_wait_are_answered_and_streams_end_in_good_order()
    {
        var pao = Pao();
        pao.Set("Pao__Limits__StopTime", "00:00:03");
        await pao.StartAsync();
        await Sandbox.BreakAsync(0, hang: 1.0);
        var id = (await SubmitAsync(pao, 1))[0];
        await Until.TrueAsync(async () => (await Sandbox.LedgerAsync()).Count == 1, () => "its first action hangs");
        using var events = pao.Events();
        var opened = new TaskCompletionSource();
        var stream = events.LinesAsync(id, opened, Cancellation);
        await opened.Task.WaitAsync(Patience, Cancellation);
        var version = await pao.Api.StatusAsync(id);
        var waiting = pao.Api.GetAsync($"/requests/{id}/status?wait=60s");

        await pao.SignalAsync("TERM");

        Assert.Equal(": the service stops, connect again", (await stream.WaitAsync(Patience, Cancellation)).Last(line => line.Length > 0));
        Assert.Equal(version, (string?)(await waiting.WaitAsync(Patience, Cancellation))["status"]);
        await pao.WaitForExitAsync(Patience);
        Assert.Equal(0, pao.ExitCode);
    }

    [Fact]
    public async Task It_ends_in_good_order_also_while_it_starts()
    {
        var database = Own(await TestDatabase.CreateAsync());
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        await using var migration = await connection.BeginTransactionAsync(Cancellation);
        await using (var command = new NpgsqlCommand("select pg_advisory_xact_lock(hashtext('pao.schema'))", connection, migration))
            await command.ExecuteNonQueryAsync(Cancellation);
        var pao = Pao(database.Url);
        pao.Launch();
        await Until.TrueAsync(
            async () => (await database.ReadAsync(WhoWaits)).Count > 0,
            () => $"it waits for the other's migration:\n{pao.Output}");

        await StopAsync(pao);
    }

    private static async Task<IReadOnlyList<string>> SubmitAsync(PaoProcess pao, int count) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => pao.Api.SubmitAsync("testing-three-steps", Named($"stop-{i}"))));

    private static async Task StopAsync(PaoProcess pao)
    {
        await pao.SignalAsync("TERM");
        await pao.WaitForExitAsync(Patience);
        Assert.True(pao.ExitCode == 0, $"It ended with {pao.ExitCode}:\n{pao.Output}");
    }
}
