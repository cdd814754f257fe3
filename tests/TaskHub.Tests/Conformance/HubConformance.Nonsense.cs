using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Conformance;

/// <summary>What a hub cannot do is refused to the one who asks for it, and hurts nobody else.</summary>
public abstract partial class HubConformance
{
    public static TheoryData<string> ImpossibleIds => ["nul\0", "half \ud800", new string('x', 251)];

    [Theory]
    [MemberData(nameof(ImpossibleIds))]
    public async Task An_impossible_id_is_refused_to_clients(string id)
    {
        var node = Hub.NodeId;
        Func<Task>[] calls =
        [
            () => Hub.StartInstanceAsync(new CreateInstanceRequest { Name = "n", InstanceId = id }, Cancellation),
            () => Hub.StartInstanceAsync(new CreateInstanceRequest { Name = "n", InstanceId = "x", ExecutionId = id }, Cancellation),
            () => Hub.StartInstanceAsync(new CreateInstanceRequest { Name = id + id, InstanceId = "x" }, Cancellation),
            () => Hub.RaiseAsync(id, "go"),
            () => Hub.TerminateInstanceAsync(new TerminateRequest { InstanceId = id }, Cancellation),
        ];

        foreach (var call in calls)
            Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(call)).StatusCode);
        Assert.Equal(node, Hub.NodeId);
    }

    [Theory]
    [MemberData(nameof(ImpossibleIds))]
    public async Task An_impossible_child_is_refused_to_its_parent_and_an_impossible_target_gets_nothing(string id)
    {
        var node = Hub.NodeId;
        await using var worker = Worker().Orchestrator("parent", turn => ChildOutcome(turn) is { } outcome
            ? [Actions.Complete(2, outcome)]
            : [Actions.Child(0, "child", id), Actions.Send(1, id, "go")]).Start();

        var end = await EndOfAsync(await StartAsync("parent"));

        Assert.Contains("sub-orchestration's id", end.Output);
        Assert.Equal(node, Hub.NodeId);
    }

    [Fact]
    public async Task Of_two_children_with_one_id_the_second_is_refused_and_so_is_one_with_its_parents_id()
    {
        var node = Hub.NodeId;
        await using var worker = Worker()
            .Orchestrator("parent", turn =>
            {
                var refused = turn.All.Where(e => e.SubOrchestrationInstanceFailed is not null)
                    .Select(e => e.SubOrchestrationInstanceFailed.TaskScheduledId).Order().ToList();
                return turn.IsFirst ? [Actions.Child(0, "child", "twin"), Actions.Child(1, "child", "twin"), Actions.Child(2, "child", "p")]
                    : ChildOutcome(turn) is not null && refused.Count == 2 && turn.All.Any(e => e.SubOrchestrationInstanceCompleted is not null)
                        ? [Actions.Complete(3, string.Join(' ', refused))]
                        : [];
            })
            .Orchestrator("child", _ => [Actions.Complete(0, "1")]).Start();

        var end = await EndOfAsync(await StartAsync("parent", id: "p"));

        Assert.Equal("1 2", end.Output);
        Assert.Equal(node, Hub.NodeId);
    }

    [Fact]
    public async Task A_child_without_an_id_gets_one()
    {
        await using var worker = Worker()
            .Orchestrator("parent", turn => turn.All.Count(e => e.SubOrchestrationInstanceCompleted is not null) == 2
                ? [Actions.Complete(2, "\"both\"")]
                : turn.IsFirst ? [Actions.Child(0, "child", ""), Actions.Child(1, "child", "")] : [])
            .Orchestrator("child", _ => [Actions.Complete(0, "1")]).Start();

        Assert.Equal("\"both\"", (await EndOfAsync(await StartAsync("parent"))).Output);
    }

    [Fact]
    public async Task A_turn_that_makes_no_sense_is_refused_and_comes_again()
    {
        var node = Hub.NodeId;
        await using var stream = Hub.GetWorkItemsAsync(new GetWorkItemsRequest(), Cancellation).GetAsyncEnumerator(Cancellation);
        var id = await StartAsync("one");
        OrchestratorAction[] nonsense =
        [
            new() { CreateTimer = new CreateTimerAction() },
            new() { CreateTimer = new CreateTimerAction { FireAt = new() { Seconds = long.MaxValue } } },
        ];

        foreach (var action in nonsense)
        {
            await stream.MoveNextAsync();
            var response = new OrchestratorResponse { InstanceId = id, CompletionToken = stream.Current.CompletionToken };
            response.Actions.Add(action);
            var refused = await Assert.ThrowsAsync<RpcException>(() => Hub.CompleteOrchestratorTaskAsync(response, Cancellation));
            Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        }

        await stream.MoveNextAsync();
        var good = new OrchestratorResponse { InstanceId = id, CompletionToken = stream.Current.CompletionToken };
        good.Actions.Add(Actions.Complete(0));
        await Hub.CompleteOrchestratorTaskAsync(good, Cancellation);
        Assert.Equal(node, Hub.NodeId);
    }
}
