using Google.Protobuf;
using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Conformance;

/// <summary>What a caller may ask for, and a worker may have in hand.</summary>
public abstract partial class HubConformance
{
    [Theory]
    [MemberData(nameof(ImpossibleIds))]
    public async Task Nothing_is_found_by_an_impossible_id(string id)
    {
        Assert.Null(await StateOfAsync(id));
        var wait = await Assert.ThrowsAsync<RpcException>(() => EndOfAsync(id));
        var history = await Assert.ThrowsAsync<RpcException>(() => HistoryOfAsync(id));
        var purged = await Hub.PurgeInstancesAsync(new PurgeInstancesRequest { InstanceId = id }, Cancellation);

        Assert.Equal((StatusCode.InvalidArgument, StatusCode.NotFound, 0), (wait.StatusCode, history.StatusCode, purged.DeletedInstanceCount));
    }

    [Fact]
    public async Task A_prefix_that_no_id_can_have_is_refused()
    {
        var request = new QueryInstancesRequest { Query = new InstanceQuery { InstanceIdPrefix = "a\0" } };

        var refused = await Assert.ThrowsAsync<RpcException>(() => Hub.QueryInstancesAsync(request, Cancellation));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task A_worker_that_asks_for_more_names_than_can_be_looked_for_is_refused()
    {
        var request = new GetWorkItemsRequest { WorkItemFilters = new WorkItemFilters() };
        request.WorkItemFilters.Activities.Add(Enumerable.Range(0, 1001).Select(i => new ActivityFilter { Name = $"a{i}" }));

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await Hub.GetWorkItemsAsync(request, Cancellation).FirstAsync(Cancellation));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task A_failure_with_endless_causes_is_kept_so_that_every_reader_can_take_it()
    {
        var deepest = new TaskFailureDetails { ErrorType = "Cause", ErrorMessage = "first" };
        for (var level = 0; level < 97; level++)
            deepest = new TaskFailureDetails { ErrorType = "Cause", ErrorMessage = $"{level}", InnerFailure = deepest };
        await using var worker = Worker()
            .Activity("fails", _ => Task.FromResult(new ActivityResponse { FailureDetails = deepest }))
            .Orchestrator("parent", turn => turn.All.FirstOrDefault(e => e.TaskFailed is not null) is { } failed
                ? [Actions.Complete(1, failed.TaskFailed.FailureDetails.ErrorMessage)]
                : turn.IsFirst ? [Actions.Task(0, "fails")] : []).Start();

        var id = await StartAsync("parent");

        Assert.Equal("96", (await EndOfAsync(id)).Output);
        var item = new WorkItem { OrchestratorRequest = new OrchestratorRequest() };
        item.OrchestratorRequest.PastEvents.Add(await HistoryOfAsync(id));
        Assert.Equal(item, WorkItem.Parser.ParseFrom(item.ToByteArray()));
    }

    [Fact]
    public async Task A_recursive_purge_leaves_the_children_of_one_that_goes_on()
    {
        await using var worker = Worker()
            .Orchestrator("parent", turn => turn.IsFirst ? [Actions.Child(0, "child", "kid")] : [])
            .Orchestrator("child", _ => [Actions.Complete(0, "1")]).Start();
        var id = await StartAsync("parent");
        await EndOfAsync("kid");

        var purged = await Hub.PurgeInstancesAsync(new PurgeInstancesRequest { InstanceId = id, Recursive = true }, Cancellation);

        Assert.Equal(0, purged.DeletedInstanceCount);
        Assert.NotNull(await StateOfAsync("kid"));
    }

    [Fact]
    public async Task A_worker_whose_instance_has_ended_gets_no_more_until_it_is_done()
    {
        var (begun, go) = (0, new TaskCompletionSource());
        await using var worker = Worker()
            .Activity("long", async _ =>
            {
                Interlocked.Increment(ref begun);
                await go.Task;
                return new ActivityResponse { Result = "done" };
            })
            .Orchestrator("parent", turn => turn.Completed == 0 ? turn.IsFirst ? [Actions.Task(0, "long")] : [] : [Actions.Complete(1, "done")]);
        worker.Request.MaxConcurrentActivityWorkItems = 1;
        worker.Start();
        var first = await StartAsync("parent");
        await Eventually.TrueAsync(() => Volatile.Read(ref begun) == 1, "the first runs");

        await Hub.TerminateInstanceAsync(new TerminateRequest { InstanceId = first }, Cancellation);
        await EndOfAsync(first);
        var second = await StartAsync("parent");
        await Eventually.TrueAsync(
            async () => (await HistoryOfAsync(second)).Exists(e => e.TaskScheduled is not null), "the second's activity is scheduled");
        Assert.Equal(1, Volatile.Read(ref begun));

        go.SetResult();
        Assert.Equal("done", (await EndOfAsync(second)).Output);
        await Eventually.TrueAsync(() => worker.Refused.Count == 1, "the first's result is refused");
    }

    [Fact]
    public async Task What_is_carried_over_comes_before_what_came_meanwhile_also_after_a_reload()
    {
        Hub.Node.Options.EventPatience = TimeSpan.Zero;
        using var decide = new ManualResetEventSlim();
        var (held, next) = (new TaskCompletionSource(), new TaskCompletionSource());
        var worker = Worker().Orchestrator("carries", turn =>
        {
            if (turn.Input is "\"again\"")
            {
                next.TrySetResult();
                throw new RpcException(new Status(StatusCode.Aborted, "It is lost with its process."));
            }

            if (turn.Events.Count == 0)
                return [];
            held.TrySetResult();
            decide.Wait(TimeSpan.FromSeconds(30));
            return [Actions.ContinueAsNew(0, "\"again\"", Raised("go", "1"))];
        }).Start();
        var id = await StartAsync("carries");
        await UntilAsync(id, OrchestrationStatus.Running);
        await Hub.RaiseAsync(id, "go", "1");
        await held.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await Hub.RaiseAsync(id, "go", "2"); // stored: its sender is answered
        decide.Set();
        await next.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Fixture.Stop(Hub);
        await worker.DisposeAsync();

        _hub = await Fixture.StartAsync();
        await using var reader = Worker().Orchestrator("carries", turn => [Actions.Complete(0, string.Concat(turn.Events.Select(e => e.Input)))]).Start();

        Assert.Equal("12", (await EndOfAsync(id)).Output);
    }
}
