using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Operations;

/// <summary>What the hub tells of itself.</summary>
public sealed class MetricsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_waits_what_runs_and_what_was_done_is_measured(string store)
    {
        await using var fixture = HubFixture.On(store);
        using var metrics = new Measured();
        fixture.Meters = metrics.Factory;
        var hub = await fixture.StartAsync(options => options.Name = "measured");
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var waits = hub.BeginAsync("one", "x");
        await Eventually.TrueAsync(() => metrics.Now("pao.taskhub.turns.waiting") == 1, "a turn waits");
        Assert.True(metrics.Now("pao.taskhub.waiting.oldest") > 0);
        Assert.Equal(1, metrics.Now("pao.taskhub.residents"));

        await using var worker = new ScriptedWorker(hub)
            .Orchestrator("one", turn => turn.Completed == 1 ? [Actions.Complete(1)] : turn.IsFirst ? [Actions.Task(0, "held")] : [])
            .Activity("held", async _ =>
            {
                await go.Task;
                return new ActivityResponse();
            })
            .Start();
        await waits;
        await Eventually.TrueAsync(() => metrics.Now("pao.taskhub.activities.running") == 1, "an activity runs");
        Assert.True(metrics.Now("pao.taskhub.resident.bytes") > 0);
        go.SetResult();
        await hub.EndAsync("x");
        await Eventually.TrueAsync(() => metrics.Count("pao.taskhub.turn.duration") == 2, "both turns are measured");

        Assert.Equal(1, metrics.Count("pao.taskhub.activity.duration"));
        Assert.Equal(metrics.Count("pao.taskhub.commit.duration"), metrics.Count("pao.taskhub.commit.units"));
        Assert.True(metrics.Sum("pao.taskhub.commit.units") >= 2);
        Assert.Equal(0, metrics.Now("pao.taskhub.turns.waiting"));
        Assert.All(metrics.Tags, tags => Assert.Contains("hub=measured", tags, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_goes_wrong_is_counted(string store)
    {
        await using var fixture = HubFixture.On(store);
        using var metrics = new Measured();
        fixture.Meters = metrics.Factory;
        var hub = await fixture.StartAsync();
        await using var stream = hub.GetWorkItemsAsync(new GetWorkItemsRequest(), Cancellation).GetAsyncEnumerator(Cancellation);
        var begun = hub.BeginAsync("one", "x");
        await stream.MoveNextAsync();

        await hub.AbandonOrchestratorTaskAsync(
            new AbandonOrchestrationTaskRequest { CompletionToken = stream.Current.CompletionToken }, Cancellation);
        await begun;
        hub.Node.Committer.Abdicate(hub.NodeId ?? Guid.Empty, new IOException("The test says so."));
        await Eventually.TrueAsync(() => metrics.Sum("pao.taskhub.instances.taken_over") == 1, "the node took its instance over");

        Assert.Equal(1, metrics.Sum("pao.taskhub.abandoned", "kind=turn"));
        Assert.Equal(1, metrics.Sum("pao.taskhub.lease.losses"));
    }
}
