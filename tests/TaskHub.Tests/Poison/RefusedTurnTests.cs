using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;
using Pao.TaskHub.Tests.Operations;

namespace Pao.TaskHub.Tests.Poison;

/// <summary>Workers that never decide anything that can be carried out.</summary>
public sealed class RefusedTurnTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task One_whose_decisions_are_refused_five_times_is_set_aside_and_a_rewind_counts_anew(string store)
    {
        await using var fixture = HubFixture.On(store);
        using var metrics = new Measured();
        fixture.Meters = metrics.Factory;
        var hub = await fixture.StartAsync();
        var node = hub.NodeId;
        var mended = false;
        await using var worker = new ScriptedWorker(hub)
            .Orchestrator("nonsense", _ => mended ? [Actions.Complete(0, "1")] : [new OrchestratorAction { CreateTimer = new CreateTimerAction() }])
            .Orchestrator("sound", _ => [Actions.Complete(0, "1")])
            .Start();

        await hub.BeginAsync("nonsense", "bad");
        await hub.BeginAsync("sound", "good");

        Assert.Equal("1", (await hub.EndAsync("good")).Output);
        var end = await hub.EndAsync("bad");
        Assert.Equal(OrchestrationStatus.Failed, end.OrchestrationStatus);
        Assert.Equal("PoisonedInstance", end.FailureDetails.ErrorType);
        Assert.Contains("5 times", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("has no time", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Repeat(StatusCode.InvalidArgument, 5), worker.Refused);

        Assert.Equal(1, metrics.Sum("pao.taskhub.set_aside", "kind=instance"));

        mended = true;
        await hub.RewindInstanceAsync(new RewindInstanceRequest { InstanceId = "bad" }, TestContext.Current.CancellationToken);
        Assert.Equal("1", (await hub.EndAsync("bad")).Output);
        Assert.Equal(node, hub.NodeId);
    }

    /// <summary>What the database cannot store would fail each commit that it is in, and with it all others there.</summary>
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task One_that_calls_an_activity_by_a_name_that_cannot_be_is_set_aside_alone(string store)
    {
        await using var fixture = HubFixture.On(store);
        var hub = await fixture.StartAsync();
        var node = hub.NodeId;
        await using var worker = new ScriptedWorker(hub)
            .Orchestrator("nonsense", _ => [Actions.Task(0, "a\0b")])
            .Orchestrator("sound", _ => [Actions.Complete(0, "1")])
            .Start();

        await hub.BeginAsync("nonsense", "bad");
        await hub.BeginAsync("sound", "good");

        Assert.Equal("1", (await hub.EndAsync("good")).Output);
        Assert.Contains("NUL", (await hub.EndAsync("bad")).FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(node, hub.NodeId);
    }

    [Fact]
    public async Task A_worker_that_asks_for_a_name_that_cannot_be_is_refused_and_the_node_stays()
    {
        await using var fixture = new PostgresFixture();
        var hub = await fixture.StartAsync();
        var node = hub.NodeId;
        var filters = new WorkItemFilters { Activities = { new ActivityFilter { Name = "a\0b" } } };

        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in hub.GetWorkItemsAsync(new GetWorkItemsRequest { WorkItemFilters = filters }, TestContext.Current.CancellationToken))
                break;
        });

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Equal(node, hub.NodeId);
    }

    /// <summary>Their sum is asked for within the commit of a turn, which must not fail there.</summary>
    [Fact]
    public async Task Workers_that_take_as_many_activities_as_there_are_numbers_are_taken_to_want_many()
    {
        await using var fixture = new SqliteFixture();
        var hub = await fixture.StartAsync();
        await using var first = Greedy();
        await using var second = Greedy();

        await Eventually.TrueAsync(() => Slots() > 10_000, "both workers are there");

        Assert.Equal(20_000, Slots());

        ScriptedWorker Greedy() => new ScriptedWorker(hub) { Request = { MaxConcurrentActivityWorkItems = int.MaxValue } }.Start();

        int Slots()
        {
            lock (hub.Node.Gate)
                return hub.Node.Dispatcher.ActivitySlots;
        }
    }
}
