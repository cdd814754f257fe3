using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Conformance;

public abstract partial class HubConformance
{
    [Fact]
    public async Task A_completion_with_an_old_token_changes_nothing()
    {
        await using var stream = Hub.GetWorkItemsAsync(new GetWorkItemsRequest(), Cancellation).GetAsyncEnumerator(Cancellation);
        var id = await StartAsync("one");
        await stream.MoveNextAsync();
        var token = stream.Current.CompletionToken;
        var response = new OrchestratorResponse { InstanceId = id, CompletionToken = token };
        response.Actions.Add(Actions.Complete(0, "1"));

        var wrong = await Assert.ThrowsAsync<RpcException>(() => Hub.CompleteOrchestratorTaskAsync(
            new OrchestratorResponse(response) { CompletionToken = "guessed" }, Cancellation));
        await Hub.CompleteOrchestratorTaskAsync(response, Cancellation);
        var again = await Assert.ThrowsAsync<RpcException>(() => Hub.CompleteOrchestratorTaskAsync(response, Cancellation));

        Assert.Equal(StatusCode.NotFound, wrong.StatusCode);
        Assert.Equal(StatusCode.NotFound, again.StatusCode);
        Assert.Single(await HistoryOfAsync(id), e => e.ExecutionCompleted is not null);
    }

    [Fact]
    public async Task Work_of_a_stream_that_ends_goes_to_the_next_and_the_old_token_is_void()
    {
        var first = Hub.GetWorkItemsAsync(new GetWorkItemsRequest(), Cancellation).GetAsyncEnumerator(Cancellation);
        var id = await StartAsync("one");
        await first.MoveNextAsync();
        var old = first.Current.CompletionToken;
        await first.DisposeAsync();

        await using var worker = Worker().Orchestrator("one", _ => [Actions.Complete(0, "\"second\"")]).Start();
        var end = await EndOfAsync(id);
        var late = await Assert.ThrowsAsync<RpcException>(() => Hub.CompleteOrchestratorTaskAsync(
            new OrchestratorResponse { InstanceId = id, CompletionToken = old }, Cancellation));

        Assert.Equal("\"second\"", end.Output);
        Assert.Equal(StatusCode.NotFound, late.StatusCode);
    }

    [Fact]
    public async Task A_worker_never_has_more_in_hand_than_it_asked_for()
    {
        var running = 0;
        var most = 0;
        await using var worker = Worker()
            .Activity("count", async _ =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return new ActivityResponse { Result = "1" };
            })
            .Orchestrator("fan", turn => turn.IsFirst
                ? Enumerable.Range(0, 100).Select(i => Actions.Task(i, "count"))
                : turn.Completed == 100 ? [Actions.Complete(100)] : []);
        worker.Request.MaxConcurrentActivityWorkItems = 2;
        worker.Start();

        await EndOfAsync(await StartAsync("fan"));

        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task Work_that_no_worker_accepts_waits_for_one_that_does()
    {
        await using var picky = Worker().Orchestrator("mine", _ => [Actions.Complete(0, "\"picky\"")]);
        picky.Request.WorkItemFilters = new WorkItemFilters();
        picky.Request.WorkItemFilters.Orchestrations.Add(new OrchestrationFilter { Name = "mine" });
        picky.Start();
        var other = await StartAsync("other");

        Assert.Equal("\"picky\"", (await EndOfAsync(await StartAsync("mine"))).Output);
        Assert.Equal(OrchestrationStatus.Pending, (await StateOfAsync(other))?.OrchestrationStatus);
        await using var all = Worker().Orchestrator("other", _ => [Actions.Complete(0, "\"all\"")]).Start();
        Assert.Equal("\"all\"", (await EndOfAsync(other)).Output);
    }

    [Fact]
    public async Task A_turn_that_is_given_back_comes_again_with_the_same_events()
    {
        List<string> turns = [];
        await using var stream = Hub.GetWorkItemsAsync(new GetWorkItemsRequest(), Cancellation).GetAsyncEnumerator(Cancellation);
        var id = await StartAsync("one");
        for (var i = 0; i < 2; i++)
        {
            await stream.MoveNextAsync();
            turns.Add(string.Join(' ', Kinds(stream.Current.OrchestratorRequest.NewEvents)));
            await Hub.AbandonOrchestratorTaskAsync(
                new AbandonOrchestrationTaskRequest { CompletionToken = stream.Current.CompletionToken }, Cancellation);
        }

        Assert.Equal(turns[0], turns[1]);
        Assert.Equal(OrchestrationStatus.Pending, (await StateOfAsync(id))?.OrchestrationStatus);
    }

    [Fact]
    public async Task Decisions_in_chunks_are_committed_with_the_last_one()
    {
        await using var stream = Hub.GetWorkItemsAsync(new GetWorkItemsRequest(), Cancellation).GetAsyncEnumerator(Cancellation);
        var id = await StartAsync("big");
        await stream.MoveNextAsync();
        var token = stream.Current.CompletionToken;
        for (var i = 0; i < 3; i++)
        {
            var chunk = new OrchestratorResponse { InstanceId = id, CompletionToken = token, IsPartial = i < 2, ChunkIndex = i };
            chunk.Actions.Add(Actions.Task(i, "echo"));
            if (i < 2)
                Assert.Equal(OrchestrationStatus.Pending, (await StateOfAsync(id))?.OrchestrationStatus);
            await Hub.CompleteOrchestratorTaskAsync(chunk, Cancellation);
            if (i < 2)
                await Hub.CompleteOrchestratorTaskAsync(chunk, Cancellation); // its answer was lost
        }

        Assert.Equal([0, 1, 2], (await HistoryOfAsync(id)).Where(e => e.TaskScheduled is not null).Select(e => e.EventId));
    }

    [Fact]
    public async Task A_slow_turn_does_not_hold_up_those_who_raise_events()
    {
        await using var stream = Hub.GetWorkItemsAsync(new GetWorkItemsRequest(), Cancellation).GetAsyncEnumerator(Cancellation);
        var id = await StartAsync("slow");
        await stream.MoveNextAsync();

        await Hub.RaiseEventAsync(new RaiseEventRequest { InstanceId = id, Name = "e", Input = "1" }, Cancellation)
            .WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        await Hub.CompleteOrchestratorTaskAsync(
            new OrchestratorResponse { InstanceId = id, CompletionToken = stream.Current.CompletionToken }, Cancellation);
        await stream.MoveNextAsync();

        Assert.Equal(["OrchestratorStarted", "EventRaised"], Kinds(stream.Current.OrchestratorRequest.NewEvents));
    }

    [Fact]
    public async Task A_restart_of_the_hub_goes_on_where_it_was()
    {
        var worker = Worker().Orchestrator("mix", Mix).Start();
        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => StartAsync("mix")));
        await Task.WhenAll(ids.Select(id => UntilAsync(id, OrchestrationStatus.Running)));
        await worker.DisposeAsync();
        Fixture.Stop(Hub);

        _hub = await Fixture.StartAsync();
        await using var next = Worker().Orchestrator("mix", Mix).Start();
        await Task.WhenAll(ids.Select(id => Hub.RaiseEventAsync(new RaiseEventRequest { InstanceId = id, Name = "go" }, Cancellation)));
        var ends = await Task.WhenAll(ids.Select(EndOfAsync));

        Assert.All(ends, end => Assert.Equal(OrchestrationStatus.Completed, end.OrchestrationStatus));
        foreach (var id in ids)
            Assert.Single(await HistoryOfAsync(id), e => e.TimerFired is not null);
    }

    [Fact]
    public async Task An_idle_instance_leaves_memory_and_comes_back_for_an_event_and_for_its_timer()
    {
        Fixture.Stop(Hub);
        _hub = await Fixture.StartAsync(options => (options.IdleRelease, options.ResidentBytes) = (TimeSpan.Zero, 0));
        await using var worker = Worker().Orchestrator("mix", Mix).Start();
        var id = await StartAsync("mix");
        await Eventually.TrueAsync(
            async () => Hub.Node.Residents.Count == 0 && (await StateOfAsync(id))?.OrchestrationStatus == OrchestrationStatus.Running,
            "the instance has left memory");

        await Hub.RaiseEventAsync(new RaiseEventRequest { InstanceId = id, Name = "go" }, Cancellation);

        Assert.Equal(OrchestrationStatus.Completed, (await EndOfAsync(id)).OrchestrationStatus);
    }

    /// <summary>An activity and a timer at once, then an event.</summary>
    private static IEnumerable<OrchestratorAction> Mix(Turn turn)
    {
        if (turn.IsFirst)
            return [Actions.Task(0, "echo"), Actions.Timer(1, turn.New[0].Timestamp.ToDateTime().AddMilliseconds(1500))];

        var ready = turn.Completed == 1 && turn.Events.Count == 1 && turn.All.Any(e => e.TimerFired is not null);
        return ready ? [Actions.Complete(2)] : [];
    }
}
