using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Conformance;

public abstract partial class HubConformance
{
    [Fact]
    public async Task A_hundred_events_arrive_once_each_and_in_order()
    {
        await using var worker = Worker()
            .Orchestrator("collect", turn => turn.Events.Count == 100 ? [Actions.Complete(0, string.Join(',', turn.Events.Select(e => e.Input)))] : [])
            .Start();
        var id = await StartAsync("collect");

        for (var i = 0; i < 100; i++)
            await Hub.RaiseEventAsync(new RaiseEventRequest { InstanceId = id, Name = "n", Input = $"{i}" }, Cancellation);

        Assert.Equal(string.Join(',', Enumerable.Range(0, 100)), (await EndOfAsync(id)).Output);
    }

    [Fact]
    public async Task An_event_before_the_start_is_kept_for_it()
    {
        var at = TimeProvider.System.GetUtcNow().AddSeconds(1);
        await using var worker = Worker()
            .Orchestrator("wait", turn => turn.Events.Count > 0 ? [Actions.Complete(0, turn.Events[0].Input)] : []).Start();
        await Hub.StartInstanceAsync(
            new CreateInstanceRequest
            {
                Name = "wait",
                InstanceId = "early",
                ScheduledStartTimestamp = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(at),
            },
            Cancellation);

        await Hub.RaiseEventAsync(new RaiseEventRequest { InstanceId = "early", Name = "go", Input = "1" }, Cancellation);

        Assert.Equal("1", (await EndOfAsync("early")).Output);
        Assert.True((await HistoryOfAsync("early"))[0].Timestamp.ToDateTimeOffset() >= at.AddMilliseconds(-1));
    }

    [Fact]
    public async Task Events_for_unknown_and_ended_instances_are_dropped()
    {
        await using var worker = Worker().Orchestrator("one", _ => [Actions.Complete(0)]).Start();
        var id = await StartAsync("one");
        await EndOfAsync(id);

        await Hub.RaiseEventAsync(new RaiseEventRequest { InstanceId = id, Name = "late" }, Cancellation);
        await Hub.RaiseEventAsync(new RaiseEventRequest { InstanceId = "nobody", Name = "lost" }, Cancellation);
        await Hub.TerminateInstanceAsync(new TerminateRequest { InstanceId = id }, Cancellation);

        Assert.DoesNotContain(await HistoryOfAsync(id), e => e.EventRaised is not null);
        Assert.Equal(OrchestrationStatus.Completed, (await StateOfAsync(id))?.OrchestrationStatus);
    }

    [Fact]
    public async Task One_instance_sends_another_an_event()
    {
        await using var worker = Worker()
            .Orchestrator("listen", turn => turn.Events.Count > 0 ? [Actions.Complete(0, turn.Events[0].Input)] : [])
            .Orchestrator("tell", turn => [Actions.Send(0, "listener", "news", "42"), Actions.Send(1, "nobody", "news"), Actions.Complete(2)])
            .Start();
        await StartAsync("listen", id: "listener");

        var teller = await StartAsync("tell");

        Assert.Equal("42", (await EndOfAsync("listener")).Output);
        await EndOfAsync(teller);
        var sent = (await HistoryOfAsync(teller)).First(e => e.EventSent is not null);
        Assert.Equal((0, "listener", "42"), (sent.EventId, sent.EventSent.InstanceId, sent.EventSent.Input));
    }

    [Fact]
    public async Task A_timer_fires_when_it_is_due_and_one_in_the_past_at_once()
    {
        await using var worker = Worker().Orchestrator("sleep", turn =>
        {
            var fired = turn.All.Count(e => e.TimerFired is not null);
            var now = turn.New[0].Timestamp.ToDateTime();
            return fired switch
            {
                0 when turn.IsFirst => [Actions.Timer(0, now.AddMinutes(-1))],
                1 when turn.All.All(e => e.EventId != 1) => [Actions.Timer(1, now.AddMilliseconds(300))],
                2 => [Actions.Complete(2)],
                _ => [],
            };
        }).Start();

        var id = await StartAsync("sleep");
        await EndOfAsync(id);

        var history = await HistoryOfAsync(id);
        Assert.Equal([0, 1], history.Where(e => e.TimerFired is not null).Select(e => e.TimerFired.TimerId));
        var due = history.Last(e => e.TimerCreated is not null).TimerCreated.FireAt;
        Assert.True(history.Last(e => e.TimerFired is not null).Timestamp >= due);
    }

    [Fact]
    public async Task A_thousand_activities_of_one_turn_end_once_each()
    {
        const int count = 1_000;
        await using var worker = Worker().Orchestrator("fan", turn => turn.IsFirst
            ? Enumerable.Range(0, count).Select(i => Actions.Task(i, "echo", $"{i}"))
            : turn.Completed == count ? [Actions.Complete(count)] : []).Start();

        var id = await StartAsync("fan");
        await EndOfAsync(id);

        var ended = (await HistoryOfAsync(id)).Where(e => e.TaskCompleted is not null).Select(e => e.TaskCompleted.TaskScheduledId).ToList();
        Assert.Equal(count, ended.Count);
        Assert.Equal(count, ended.Distinct().Count());
    }

    [Fact]
    public async Task A_failed_activity_tells_the_orchestrator_why()
    {
        await using var worker = Worker()
            .Activity("bad", _ => Task.FromResult(new ActivityResponse { FailureDetails = new TaskFailureDetails { ErrorType = "T", ErrorMessage = "no" } }))
            .Orchestrator("try", turn => turn.All.FirstOrDefault(e => e.TaskFailed is not null) is { } failed
                ? [Actions.Complete(1, failed.TaskFailed.FailureDetails.ErrorMessage)]
                : [Actions.Task(0, "bad")]).Start();

        Assert.Equal("no", (await EndOfAsync(await StartAsync("try"))).Output);
    }

    [Fact]
    public async Task A_suspended_instance_keeps_what_comes_and_goes_on_when_resumed()
    {
        await using var worker = Worker().Orchestrator("wait", turn =>
        {
            var suspended = turn.All.LastOrDefault(e => e.ExecutionSuspended is not null || e.ExecutionResumed is not null)?.ExecutionSuspended is not null;
            return !suspended && turn.Events.Count > 0 ? [Actions.Complete(0, turn.Events[0].Input)] : [];
        }).Start();
        var id = await StartAsync("wait");

        await Hub.SuspendInstanceAsync(new SuspendRequest { InstanceId = id, Reason = "hold" }, Cancellation);
        await UntilAsync(id, OrchestrationStatus.Suspended);
        await Hub.RaiseEventAsync(new RaiseEventRequest { InstanceId = id, Name = "go", Input = "1" }, Cancellation);
        await Eventually.TrueAsync(async () => (await HistoryOfAsync(id)).Exists(e => e.EventRaised is not null), "the event is in the history");
        Assert.Equal(OrchestrationStatus.Suspended, (await StateOfAsync(id))?.OrchestrationStatus);
        await Hub.ResumeInstanceAsync(new ResumeRequest { InstanceId = id }, Cancellation);

        Assert.Equal("1", (await EndOfAsync(id)).Output);
    }

    [Theory]
    [InlineData(OrchestrationStatus.Pending)]
    [InlineData(OrchestrationStatus.Running)]
    [InlineData(OrchestrationStatus.Suspended)]
    public async Task Terminating_ends_an_instance_in_any_state(OrchestrationStatus from)
    {
        await using var worker = Worker().Orchestrator("wait", _ => [Actions.Task(0, "echo")]);
        if (from != OrchestrationStatus.Pending)
            worker.Start();
        var id = await StartAsync("wait");
        if (from == OrchestrationStatus.Suspended)
            await Hub.SuspendInstanceAsync(new SuspendRequest { InstanceId = id }, Cancellation);
        await UntilAsync(id, from);

        await Hub.TerminateInstanceAsync(new TerminateRequest { InstanceId = id, Output = "\"enough\"" }, Cancellation);
        var end = await EndOfAsync(id);

        Assert.Equal(OrchestrationStatus.Terminated, end.OrchestrationStatus);
        Assert.Equal("\"enough\"", end.Output);
        Assert.Single(await HistoryOfAsync(id), e => e.ExecutionCompleted is not null);
    }

    [Fact]
    public async Task Continuing_as_new_keeps_waiting_events_and_drops_the_old_history()
    {
        await using var worker = Worker().Orchestrator("loop", turn =>
        {
            var generation = int.Parse(turn.Input ?? "0");
            return turn.Events.Count == 0 && generation == 0 ? []
                : generation < 200 ? [Actions.ContinueAsNew(0, $"{generation + 1}", [.. turn.Events.Select(e => Raised(e.Name, e.Input))])]
                : [Actions.Complete(0, turn.Events[0].Input)];
        }).Start();
        var id = await StartAsync("loop", "0");
        var first = (await StateOfAsync(id))?.ExecutionId;

        await Hub.RaiseEventAsync(new RaiseEventRequest { InstanceId = id, Name = "kept", Input = "7" }, Cancellation);
        var end = await EndOfAsync(id);

        Assert.Equal("7", end.Output);
        Assert.Equal("200", end.Input);
        Assert.NotEqual(first, end.ExecutionId);
        Assert.Single(await HistoryOfAsync(id), e => e.ExecutionStarted is not null);
    }

    [Fact]
    public async Task An_event_sent_to_itself_beside_continue_as_new_reaches_the_next_generation()
    {
        await using var worker = Worker().Orchestrator("self", turn => turn.Input == "0"
            ? [Actions.Send(0, turn.Request.InstanceId, "again", "5"), Actions.ContinueAsNew(1, "1")]
            : turn.Events.Count > 0 ? [Actions.Complete(0, turn.Events[0].Input)] : []).Start();

        Assert.Equal("5", (await EndOfAsync(await StartAsync("self", "0"))).Output);
    }

    [Fact]
    public async Task A_timer_and_an_activity_of_an_earlier_generation_mean_nothing_to_the_next()
    {
        var release = new TaskCompletionSource();
        await using var worker = Worker()
            .Activity("slow", async _ =>
            {
                await release.Task;
                return new ActivityResponse { Result = "late" };
            })
            .Orchestrator("loop", turn => (turn.Input, turn.Events.Count) switch
            {
                ("0", 0) => turn.IsFirst ? [Actions.Task(0, "slow"), Actions.Timer(1, turn.New[0].Timestamp.ToDateTime().AddMilliseconds(200))] : [],
                ("0", _) => [Actions.ContinueAsNew(2, "1")],
                (_, 0) => turn.IsFirst ? [Actions.Timer(0, turn.New[0].Timestamp.ToDateTime().AddMilliseconds(500))]
                    : [Actions.Complete(1, string.Join(' ', Kinds(turn.All)))],
                _ => [],
            }).Start();
        var id = await StartAsync("loop", "0");
        await UntilAsync(id, OrchestrationStatus.Running);

        await Hub.RaiseEventAsync(new RaiseEventRequest { InstanceId = id, Name = "next" }, Cancellation);
        await Eventually.TrueAsync(async () => (await StateOfAsync(id))?.Input == "1", "the next generation begins");
        release.SetResult();
        var end = await EndOfAsync(id);

        Assert.DoesNotContain("TaskCompleted", end.Output);
        Assert.Equal(1, end.Output.Split(' ').Count(kind => kind == "TimerFired"));
        await Eventually.TrueAsync(() => worker.Refused.Contains(StatusCode.NotFound), "the late result is refused");
    }
}
