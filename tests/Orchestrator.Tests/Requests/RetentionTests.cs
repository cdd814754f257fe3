using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pao.DurableTask;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Retention;

namespace Pao.Orchestrator.Tests.Requests;

public sealed class PostgresRetentionTests : RetentionTests<PostgresTestDatabase>
{
    [Fact]
    public async Task Whatever_hangs_on_a_request_is_removed_with_it()
    {
        var tables = await Database.ReadAsync(
            "select conrelid::regclass::text as name from pg_constraint where confrelid = 'requests'::regclass",
            _ => { }, row => row.Text("name"), Cancellation);

        Assert.NotEmpty(tables);
        Assert.All(tables, table => Assert.Contains($"delete from {table.Split('.')[^1]} ", EndedRequests.RemovedTables, StringComparison.Ordinal));
    }
}

public sealed class SqliteRetentionTests : RetentionTests<SqliteTestDatabase>;

public abstract class RetentionTests<TDatabase> : StoreConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Fact]
    public async Task What_ended_long_enough_ago_is_gone_with_its_log_its_actions_and_its_key()
    {
        var key = new IdempotencyKey("ada", "key-1", "hash");
        var input = Assert.IsType<SubmissionOutcome.Accepted>(await Store.SubmitAsync(Submission(key: key), Cancellation)).Input;
        await Progress.BeginAsync(input.RequestId, Planning.ChosenPlan.AsWritten, Cancellation);
        await FailAsync(input, 1);
        await DecideAsync(input, DecisionKind.Abort);

        Assert.Equal(1, await SweepAsync(TimeProvider.System.GetUtcNow().AddMinutes(1)));

        foreach (var table in (string[])["requests", "request_log", "request_actions", "request_decisions", "request_stops", "idempotency_keys"])
            Assert.Equal([0L], await CountAsync($"select count(*) as n from {table}"));
        Assert.NotEqual([0L], await CountAsync("select count(*) as n from audit_log"));
        Assert.IsType<SubmissionOutcome.Accepted>(await Store.SubmitAsync(Submission(key: key), Cancellation));
    }

    [Fact]
    public async Task What_goes_on_waits_for_a_person_or_has_just_ended_stays()
    {
        var before = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        await StartAsync();
        await FailAsync(await StartAsync(), 1);
        var ended = await StartAsync();
        await FailAsync(ended, 2);
        await DecideAsync(ended, DecisionKind.Abort);

        Assert.Equal(0, await SweepAsync(before));
        Assert.Equal(1, await SweepAsync(TimeProvider.System.GetUtcNow().AddMinutes(1)));
        Assert.Equal([2L], await CountAsync("select count(*) as n from requests"));
    }

    [Fact]
    public async Task Two_processes_remove_each_request_once()
    {
        for (var i = 0; i < 120; i++)
        {
            var input = await StartAsync(actions: 1);
            await FailAsync(input, i);
            await DecideAsync(input, DecisionKind.Abort);
        }

        var other = await OpenAsync();
        var counts = await Task.WhenAll(SweepAsync(TimeProvider.System.GetUtcNow().AddMinutes(1)), SweepAsync(TimeProvider.System.GetUtcNow().AddMinutes(1), other));

        Assert.Equal(120, counts.Sum());
        Assert.Equal([0L], await CountAsync("select count(*) as n from requests"));
    }

    private Task<int> SweepAsync(DateTimeOffset before, Storage.Database? database = null)
    {
        using var retention = new RequestRetention(
            new EndedRequests(database ?? Database), Options.Create(new RetentionOptions()), new Heartbeats(TimeProvider.System), TimeProvider.System,
            NullLogger<RequestRetention>.Instance);
        return retention.SweepAsync(before, Cancellation);
    }
}
