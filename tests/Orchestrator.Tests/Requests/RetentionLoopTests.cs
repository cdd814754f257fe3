using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Pao.DurableTask;
using Pao.Orchestrator.Retention;
using Pao.Orchestrator.Tests.Auditing;

namespace Pao.Orchestrator.Tests.Requests;

/// <summary>The loop that removes old requests, when it cannot.</summary>
public sealed class RetentionLoopTests : StoreConformance<SqliteTestDatabase>
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Runs_that_fail_do_not_end_it_nor_make_the_process_unready()
    {
        var heartbeats = new Heartbeats(_time);
        using var told = new Told<RequestRetention>();
        using var retention = new RequestRetention(
            new EndedRequests(Database), Options.Create(new RetentionOptions { Requests = TimeSpan.FromDays(1) }), heartbeats, _time, told);
        await ExecuteAsync("alter table requests rename column completed_at to ended_at");

        await retention.StartAsync(Cancellation);
        for (var run = 1; run <= 5; run++)
        {
            await Wait.UntilAsync(() => told.Lines.Count >= run && Assert.Single(heartbeats.Look()).LastBeat == _time.GetUtcNow());
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.All(told.Lines, line => Assert.StartsWith("Requests that ended long ago are removed a minute later", line, StringComparison.Ordinal));
        Assert.True(Assert.Single(heartbeats.Look()).IsAlive);
        await retention.StopAsync(Cancellation);
    }

    private Task<int> ExecuteAsync(string sql) =>
        Database.WriteAsync(transaction => transaction.ExecuteAsync(sql, _ => { }, Cancellation), Cancellation);
}
