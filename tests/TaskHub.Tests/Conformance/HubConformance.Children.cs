using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Conformance;

public abstract partial class HubConformance
{
    private static string? ChildOutcome(Turn turn) => turn.All
        .Select(e => e.SubOrchestrationInstanceCompleted?.Result ?? e.SubOrchestrationInstanceFailed?.FailureDetails.ErrorMessage)
        .FirstOrDefault(outcome => outcome is not null);

    private static IEnumerable<OrchestratorAction> Parent(Turn turn, string child, string childId) =>
        ChildOutcome(turn) is { } outcome ? [Actions.Complete(1, outcome)]
        : turn.IsFirst ? [Actions.Child(0, child, childId, "\"in\"")]
        : [];

    [Fact]
    public async Task A_child_gets_its_input_and_its_parent_gets_the_result()
    {
        ExecutionStartedEvent? started = null;
        await using var worker = Worker()
            .Orchestrator("parent", turn => Parent(turn, "child", "kid"))
            .Orchestrator("child", turn =>
            {
                started = turn.Started;
                return [Actions.Complete(0, turn.Input)];
            }).Start();

        var id = await StartAsync("parent");
        var end = await EndOfAsync(id);

        Assert.Equal("\"in\"", end.Output);
        Assert.Equal((0, id), (started?.ParentInstance.TaskScheduledId, started?.ParentInstance.OrchestrationInstance.InstanceId));
        Assert.Equal(id, (await StateOfAsync("kid"))?.ParentInstanceId);
    }

    [Fact]
    public async Task A_failed_and_a_terminated_child_reach_the_parent_with_details()
    {
        await using var worker = Worker()
            .Orchestrator("parent", turn => Parent(turn, turn.Input ?? "", turn.Input + "-kid"))
            .Orchestrator("bad", _ => [Actions.Fail(0, "child broke")])
            .Orchestrator("wait", _ => []).Start();

        var failed = await StartAsync("parent", "bad");
        var terminated = await StartAsync("parent", "wait");
        await UntilAsync("wait-kid", OrchestrationStatus.Running);
        await Hub.TerminateInstanceAsync(new TerminateRequest { InstanceId = "wait-kid", Output = "stop" }, Cancellation);

        Assert.Equal("child broke", (await EndOfAsync(failed)).Output);
        Assert.Equal("stop", (await EndOfAsync(terminated)).Output);
    }

    [Fact]
    public async Task A_child_may_take_the_id_of_an_ended_instance_but_not_of_a_running_one()
    {
        await using var worker = Worker()
            .Orchestrator("parent", turn => Parent(turn, "child", turn.Input ?? ""))
            .Orchestrator("child", _ => [Actions.Complete(0, "\"ran\"")])
            .Orchestrator("wait", _ => []).Start();
        await EndOfAsync(await StartAsync("child", id: "ended"));
        await StartAsync("wait", id: "busy");
        await UntilAsync("busy", OrchestrationStatus.Running);

        var first = await EndOfAsync(await StartAsync("parent", "ended"));
        var second = await EndOfAsync(await StartAsync("parent", "busy"));

        Assert.Equal("\"ran\"", first.Output);
        Assert.Contains("'busy' exists already", second.Output);
        Assert.Equal(OrchestrationStatus.Running, (await StateOfAsync("busy"))?.OrchestrationStatus);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_termination_goes_down_the_tree_only_when_asked(bool recursive)
    {
        await using var worker = Worker()
            .Orchestrator("top", turn => turn.IsFirst ? [Actions.Child(0, "middle", "m")] : [])
            .Orchestrator("middle", turn => turn.IsFirst ? [Actions.Child(0, "leaf", "l")] : [])
            .Orchestrator("leaf", turn => turn.Events.Count > 0 ? [Actions.Complete(0)] : []).Start();
        await StartAsync("top", id: "t");
        await UntilAsync("l", OrchestrationStatus.Running);

        await Hub.TerminateInstanceAsync(new TerminateRequest { InstanceId = "t", Output = "x", Recursive = recursive }, Cancellation);
        await EndOfAsync("t");
        if (!recursive)
            await Hub.RaiseEventAsync(new RaiseEventRequest { InstanceId = "l", Name = "go" }, Cancellation);

        Assert.Equal(recursive ? OrchestrationStatus.Terminated : OrchestrationStatus.Completed, (await EndOfAsync("l")).OrchestrationStatus);
        if (recursive)
            Assert.Equal(OrchestrationStatus.Terminated, (await EndOfAsync("m")).OrchestrationStatus);
    }

    [Fact]
    public async Task Rewinding_runs_only_what_had_failed_down_to_the_children()
    {
        var broken = true;
        var calls = new List<string>();
        string Run(ActivityRequest request)
        {
            lock (calls)
                calls.Add(request.Name);
            return "1";
        }

        await using var worker = Worker()
            .Activity("good", Run)
            .Activity("bad", async request =>
            {
                Run(request);
                return await Task.FromResult(broken
                    ? new ActivityResponse { FailureDetails = new TaskFailureDetails { ErrorType = "T", ErrorMessage = "no" } }
                    : new ActivityResponse { Result = "2" });
            })
            .Orchestrator("child", turn => turn.All.Any(e => e.TaskFailed is not null) ? [Actions.Fail(2, "no")]
                : turn.Completed == 0 ? [Actions.Task(0, "good")]
                : turn.Completed == 1 ? [Actions.Task(1, "bad")]
                : [Actions.Complete(2, "\"fine\"")])
            .Orchestrator("parent", turn =>
                turn.All.Any(e => e.SubOrchestrationInstanceFailed is not null) ? [Actions.Fail(1, "child failed")] : Parent(turn, "child", "kid"))
            .Start();
        var id = await StartAsync("parent");
        await EndOfAsync(id);

        broken = false;
        await Hub.RewindInstanceAsync(new RewindInstanceRequest { InstanceId = id, Reason = "mended" }, Cancellation);
        var end = await EndOfAsync(id);

        Assert.Equal(OrchestrationStatus.Completed, end.OrchestrationStatus);
        Assert.Equal("\"fine\"", end.Output);
        Assert.Equal(["good", "bad", "bad"], calls);
        Assert.Contains(await HistoryOfAsync(id), e => e.ExecutionRewound is { Reason: "mended" });
        var again = await Assert.ThrowsAsync<RpcException>(() => Hub.RewindInstanceAsync(new RewindInstanceRequest { InstanceId = id }, Cancellation));
        Assert.Equal(StatusCode.FailedPrecondition, again.StatusCode);
    }

    [Fact]
    public async Task Rewinding_leaves_a_child_alone_whose_failure_was_dealt_with()
    {
        var (broken, ran) = (true, 0);
        await using var worker = Worker()
            .Orchestrator("hopeless", _ =>
            {
                Interlocked.Increment(ref ran);
                return [Actions.Fail(0, "no")];
            })
            .Activity("instead", _ => "1")
            .Orchestrator("patient", turn =>
                turn.Completed > 0 ? [broken ? Actions.Fail(2, "later") : Actions.Complete(2, "\"fine\"")]
                : turn.All.Any(e => e.SubOrchestrationInstanceFailed is not null) ? [Actions.Task(1, "instead")]
                : [Actions.Child(0, "hopeless", "kid")])
            .Start();
        var id = await StartAsync("patient");
        Assert.Equal(OrchestrationStatus.Failed, (await EndOfAsync(id)).OrchestrationStatus);

        broken = false;
        await Hub.RewindInstanceAsync(new RewindInstanceRequest { InstanceId = id }, Cancellation);

        Assert.Equal("\"fine\"", (await EndOfAsync(id)).Output);
        Assert.Equal(1, ran);
    }

    [Fact]
    public async Task Of_many_who_rewind_an_instance_at_once_one_does()
    {
        var ran = 0;
        await using var worker = Worker()
            .Activity("work", _ => $"{Interlocked.Increment(ref ran)}")
            .Orchestrator("fails", turn => turn.All.Any(e => e.ExecutionRewound is not null)
                ? [turn.Completed == 0 ? Actions.Task(0, "work") : Actions.Complete(1, "1")]
                : [Actions.Fail(0, "no")])
            .Start();
        List<string> ids = [];
        for (var i = 0; i < 10; i++)
            ids.Add(await StartAsync("fails"));
        foreach (var id in ids)
            await EndOfAsync(id);

        foreach (var id in ids)
        {
            var tries = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => TryRewindAsync(id))));
            Assert.Single(tries, done => done);
            Assert.Equal("1", (await EndOfAsync(id)).Output);
        }

        Assert.Equal(ids.Count, ran);
    }

    private async Task<bool> TryRewindAsync(string id)
    {
        try
        {
            await Hub.RewindInstanceAsync(new RewindInstanceRequest { InstanceId = id }, Cancellation);
            return true;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.FailedPrecondition)
        {
            return false;
        }
    }

    [Fact]
    public async Task Restarting_runs_the_same_input_again()
    {
        await using var worker = Worker().Orchestrator("one", turn => [Actions.Complete(0, turn.Input)]).Start();
        var id = await StartAsync("one", "8");
        await EndOfAsync(id);

        var other = await Hub.RestartInstanceAsync(new RestartInstanceRequest { InstanceId = id, RestartWithNewInstanceId = true }, Cancellation);
        var unknown = await Assert.ThrowsAsync<RpcException>(() => Hub.RestartInstanceAsync(new RestartInstanceRequest { InstanceId = "no" }, Cancellation));

        Assert.NotEqual(id, other.InstanceId);
        Assert.Equal("8", (await EndOfAsync(other.InstanceId)).Output);
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Purging_removes_ended_instances_and_their_children()
    {
        await using var worker = Worker()
            .Orchestrator("parent", turn => Parent(turn, "child", "kid"))
            .Orchestrator("child", _ => [Actions.Complete(0, "1")])
            .Orchestrator("wait", _ => []).Start();
        var id = await StartAsync("parent");
        await EndOfAsync(id);
        var running = await StartAsync("wait");
        await UntilAsync(running, OrchestrationStatus.Running);

        async Task<int> Purge(string instance) => (await Hub.PurgeInstancesAsync(
            new PurgeInstancesRequest { InstanceId = instance, Recursive = true }, Cancellation)).DeletedInstanceCount;

        Assert.Equal(0, await Purge(running));
        Assert.Equal(2, await Purge(id));
        Assert.Equal(0, await Purge(id));
        Assert.Null(await StateOfAsync("kid"));
    }

    [Fact]
    public async Task Pages_of_a_query_neither_skip_nor_repeat_and_the_last_has_no_token()
    {
        await using var worker = Worker().Orchestrator("one", _ => [Actions.Complete(0)]).Start();
        await Task.WhenAll(Enumerable.Range(0, 25).Select(i => StartAsync("one", $"{i}", $"p-{i}")));
        await Task.WhenAll(Enumerable.Range(0, 25).Select(i => EndOfAsync($"p-{i}")));
        await StartAsync("one", id: "other");
        var query = new InstanceQuery { InstanceIdPrefix = "p-", MaxInstanceCount = 10 };
        query.RuntimeStatus.Add(OrchestrationStatus.Completed);

        List<string> seen = [];
        List<int> pages = [];
        do
        {
            var page = await Hub.QueryInstancesAsync(new QueryInstancesRequest { Query = query }, Cancellation);
            seen.AddRange(page.OrchestrationState.Select(state => state.InstanceId));
            pages.Add(page.OrchestrationState.Count);
            Assert.All(page.OrchestrationState, state => Assert.Null(state.Input));
            query.ContinuationToken = page.ContinuationToken;
        }
        while (query.ContinuationToken is not null);

        Assert.Equal([10, 10, 5], pages);
        Assert.Equal(25, seen.Distinct().Count());
        var listed = await Hub.ListInstanceIdsAsync(new ListInstanceIdsRequest { PageSize = 1000 }, Cancellation);
        Assert.Null(listed.LastInstanceKey);
        Assert.Superset(seen.ToHashSet(), listed.InstanceIds.ToHashSet());
    }
}
