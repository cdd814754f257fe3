using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Operations;

/// <summary>Ended instances whose time is over.</summary>
public sealed class RetentionTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_ended_long_ago_is_removed_in_batches_and_what_has_not_ended_stays(string store)
    {
        await using var fixture = HubFixture.On(store);
        using var metrics = new Measured();
        fixture.Meters = metrics.Factory;
        var hub = await fixture.StartAsync(options => options.Retention = TimeSpan.FromSeconds(1));
        await using var worker = new ScriptedWorker(hub)
            .Orchestrator("ends", turn => turn.Completed == 1 ? [Actions.Complete(1)] : [Actions.Task(0, "echo")])
            .Orchestrator("waits", _ => [])
            .Start();
        var ids = Enumerable.Range(0, 250).Select(i => $"old-{i}").ToList();

        await hub.BeginAsync("waits", "open");
        await Task.WhenAll(ids.Select(id => hub.BeginAsync("ends", id)));
        await Eventually.TrueAsync(
            async () => (await Task.WhenAll(ids.Select(id => hub.StateAsync(id)))).All(state => state is null), "all are removed");

        await Eventually.TrueAsync(() => metrics.Sum("pao.taskhub.retention.purged") >= 250, "all are counted");
        Assert.Equal(250, metrics.Sum("pao.taskhub.retention.purged"));
        Assert.Equal(OrchestrationStatus.Running, (await hub.StateAsync("open"))?.OrchestrationStatus);
        Assert.Null(await hub.Node.Store.ReadHistoryAsync("old-0", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Only_the_oldest_that_ended_before_the_time_are_removed(string store)
    {
        await using var fixture = HubFixture.On(store);
        var hub = await fixture.StartAsync();
        await using var worker = new ScriptedWorker(hub).Orchestrator("ends", _ => [Actions.Complete(0)]).Start();
        foreach (var id in new[] { "a", "b", "c" })
        {
            await hub.BeginAsync("ends", id);
            await hub.EndAsync(id);
        }

        var last = (await hub.StateAsync("c"))?.CompletedTimestamp.ToDateTimeOffset() ?? default;

        Assert.Equal(1, hub.Node.Store.PurgeCompleted(last, limit: 1));
        Assert.Equal(1, hub.Node.Store.PurgeCompleted(last, limit: 100));
        Assert.Null(await hub.StateAsync("a"));
        Assert.Null(await hub.StateAsync("b"));
        Assert.NotNull(await hub.StateAsync("c"));
    }
}
