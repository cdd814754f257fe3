using Pao.Activities;
using Pao.DurableTask.Client;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Escalations;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Tests.Fulfilment;
using Pao.Orchestrator.Tests.Histories;

namespace Pao.Orchestrator.Tests.Deciding;

public sealed class SqliteDecisionTests(RunningService service) : DecisionTests(service), IClassFixture<RunningService>;

public sealed class PostgresDecisionTests(PostgresRunningService service) : DecisionTests(service), IClassFixture<PostgresRunningService>;

/// <summary>Giving a request up, taking it back, asking others.</summary>
public abstract class DecisionTests(RunningService service) : DecidingTests(service)
{
    private readonly RunningService _service = service;

    [Theory]
    [InlineData(true, "Cancelled (attempt 1): ticket T-1")]
    [InlineData(false, "Not cancelled (attempt 1): ticket T-1 goes on. The ticket cannot be closed.")]
    public async Task An_abort_cancels_what_goes_on_outside_or_says_what_is_left(bool possible, string line)
    {
        var input = await StartWaitingInVainAsync(possible);

        await DecideAsync(input, DecisionKind.Abort);

        await RunningService.WaitUntilAsync(async () => (await LogAsync(input)).Contains(line), "the log says so");
        Assert.Single(_service.Tickets.Of(input.RequestId).Cancelled, "ada gave the request up.");
        Assert.Equal(RequestStatus.Aborted, (await WaitForAsync(input, RequestStatus.Aborted)).Status);
    }

    [Fact]
    public async Task An_abort_cancels_also_when_its_orchestration_is_gone()
    {
        var input = await StartWaitingInVainAsync(cancellable: true);
        await _service.Client.TerminateInstanceAsync(input.RequestId.ToString(), "test", Cancellation);
        await _service.Client.WaitForInstanceCompletionAsync(input.RequestId.ToString(), Cancellation);

        await DecideAsync(input, DecisionKind.Abort);

        await RunningService.WaitUntilAsync(
            () => Task.FromResult(!_service.Tickets.Of(input.RequestId).Cancelled.IsEmpty), "the ticket is closed");
    }

    [Fact]
    public async Task A_decision_that_is_delivered_twice_cancels_once()
    {
        var input = await StartWaitingInVainAsync(cancellable: true);
        var decision = await _service.DecideAsync(input, DecisionKind.Abort);

        await _service.Fulfilments.DeliverAsync(decision, Cancellation);
        await _service.Client.WaitForInstanceCompletionAsync(CancelEffects.InstanceId(decision), Cancellation);
        await Recording.KeepAsync(_service, "effects-cancelled", CancelEffects.InstanceId(decision));
        await _service.Fulfilments.DeliverAsync(decision, Cancellation);

        Assert.Single(_service.Tickets.Of(input.RequestId).Cancelled);
    }

    [Fact]
    public async Task A_request_that_has_not_begun_can_be_taken_back()
    {
        var input = await _service.SubmitAsync(new PinnedItem("item", "1.0.0", "digest", [], [Action("first", "x")]), Shop, Form);

        await DecideAsync(input, DecisionKind.Cancel);
        await _service.Fulfilments.StartAsync(input, Cancellation);
        await _service.Client.WaitForInstanceCompletionAsync(input.RequestId.ToString(), Cancellation);

        Assert.NotNull((await WaitForAsync(input, RequestStatus.Cancelled)).CompletedAt);
        Assert.Empty(Executions(input));
    }

    [Fact]
    public async Task A_request_that_has_done_nothing_yet_can_be_taken_back()
    {
        var input = await StartAsync(begun => _service.Tickets.Of(begun.RequestId).Away = int.MaxValue, Action("ticket", "x", "rest-api"));
        await RunningService.WaitUntilAsync(
            async () => (await LogAsync(input)).Exists(line => line.StartsWith("Parked", StringComparison.Ordinal)), "it waits for its system");

        await RunningService.WaitUntilAsync(async () => await TakeAsync(input, DecisionKind.Cancel) is DecisionOutcome.Taken, "it is cancelled");
        await _service.Sweeper.SweepAsync(TimeProvider.System.GetUtcNow().AddMinutes(1), Cancellation);

        var ended = await _service.Client.WaitForInstanceCompletionAsync(input.RequestId.ToString(), Cancellation);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, ended.RuntimeStatus);
        Assert.Equal(RequestStatus.Cancelled, (await WaitForAsync(input, RequestStatus.Cancelled)).Status);
        Assert.IsType<DecisionOutcome.TakenBefore>(await TakeAsync(input, DecisionKind.Cancel));
        Assert.Equal(new DecisionOutcome.NotWaiting(RequestStatus.Cancelled), await TakeAsync(input, DecisionKind.Retry));
    }

    [Fact]
    public async Task A_request_that_failed_before_anything_was_done_can_be_taken_back()
    {
        var input = await StartAsync(begun => _service.Script.Fail(begun.RequestId, "first", 1, ActionEffect.None), Action("first", "x"));
        await WaitForAsync(input, RequestStatus.Failed);

        Assert.IsType<DecisionOutcome.Taken>(await TakeAsync(input, DecisionKind.Cancel));
    }

    [Theory]
    [InlineData("second", "first")]
    [InlineData("first", "first")]
    public async Task What_may_have_been_done_cannot_be_taken_back(string failing, string done)
    {
        var input = await StartFailingAsync(failing, Action("first", "x"), Action("second", "x"));

        Assert.Equal(new DecisionOutcome.Irreversible(done), await TakeAsync(input, DecisionKind.Cancel));
        Assert.Equal(RequestStatus.Failed, (await WaitForAsync(input, RequestStatus.Failed)).Status);
    }

    [Fact]
    public async Task An_escalation_makes_one_ticket_and_keeps_where_it_is()
    {
        var input = await StartFailingAsync("second", Action("first", "x"), Action("second", "x"));

        await DecideAsync(input, DecisionKind.Escalate);
        await RunningService.WaitUntilAsync(
            async () => (await _service.Escalations.FindAsync(input.RequestId, Cancellation))?.Status is "completed", "others are asked");

        var request = await WaitForAsync(input, RequestStatus.Escalated);
        Assert.Equal((1, 2, "second"), (request.Progress.Completed, request.Progress.Total, request.CurrentAction));
        Assert.Equal(2, (await _service.Requests.ActionsAsync(input.RequestId, Cancellation)).Count);
        var asked = Executions(input)[^1];
        Assert.Equal("@escalation/stop-1:0", Keys(input)[^1]);
        Assert.Equal(
            $$"""{"asked":"ada: Not now. ","lines":["{{input.RequestId}}","test.refused"]}""", asked.Config["body"]?["template"]?.ToJsonString());
        var escalation = await _service.Escalations.FindAsync(input.RequestId, Cancellation);
        Assert.Equal((1, "ada", "webhook", 1), (escalation?.Failure, escalation?.By, escalation?.Type, escalation?.Attempts));
        Assert.Equal("@escalation/stop-1", (string?)escalation?.Outputs?["id"]);
        Assert.IsType<DecisionOutcome.TakenBefore>(await TakeAsync(input, DecisionKind.Escalate));
        await Recording.KeepAsync(_service, "escalated", $"{input.RequestId}:escalation:1");
    }

    [Theory]
    [InlineData(DecisionKind.Retry, RequestStatus.Completed)]
    [InlineData(DecisionKind.Abort, RequestStatus.Aborted)]
    public async Task An_escalated_request_waits_for_a_decision_as_a_failed_one_does(DecisionKind kind, RequestStatus status)
    {
        var input = await StartFailingAsync("first", Action("first", "x"));
        await DecideAsync(input, DecisionKind.Escalate);

        await DecideAsync(input, kind);

        await WaitForAsync(input, status);
        Assert.Equal(
            OrchestrationRuntimeStatus.Completed,
            (await _service.Client.WaitForInstanceCompletionAsync(input.RequestId.ToString(), Cancellation)).RuntimeStatus);
    }

    [Fact]
    public async Task Whoever_cannot_be_asked_is_in_the_log()
    {
        var input = await StopAsync(failures: 100);

        await DecideAsync(input, DecisionKind.Escalate);
        await RunningService.WaitUntilAsync(
            async () => (await _service.Escalations.FindAsync(input.RequestId, Cancellation))?.Status is "failed", "it could not be asked");

        Assert.Contains("Nobody could be asked for help: Not now.", await LogAsync(input));
        await DecideAsync(input, DecisionKind.Retry);
        await WaitForAsync(input, RequestStatus.Completed);
    }

    [Fact]
    public async Task Who_could_not_be_asked_can_be_asked_again_and_who_was_is_not()
    {
        var input = await StopAsync(failures: 1);
        var decision = await _service.DecideAsync(input, DecisionKind.Escalate);
        await _service.Fulfilments.DeliverAsync(decision, Cancellation);
        await AskedAsync(input, "failed");

        var again = Assert.IsType<DecisionOutcome.Taken>(await TakeAsync(input, DecisionKind.Escalate)).Decision;
        await RunningService.WaitUntilAsync(
            async () =>
            {
                await _service.Sweeper.SweepAsync(TimeProvider.System.GetUtcNow().AddMinutes(1), Cancellation); // as after a crash of who took it
                return (await _service.Escalations.FindAsync(input.RequestId, Cancellation))?.Status is "completed";
            },
            "others are asked");

        Assert.IsType<DecisionOutcome.TakenBefore>(await TakeAsync(input, DecisionKind.Escalate));
        await _service.Fulfilments.DeliverAsync(again, Cancellation);
        Assert.Equal(2, Keys(input).Count(key => key == "@escalation/stop-1:0"));
        Assert.Contains("ada lets others be asked for help again: no longer wanted", await LogAsync(input));
        Assert.Equal(RequestStatus.Escalated, (await WaitForAsync(input, RequestStatus.Escalated)).Status);
    }

    [Fact]
    public async Task Asking_again_while_the_first_attempt_is_about_to_end_is_not_lost()
    {
        var input = await StopAsync(failures: 1, isHeld: true);
        await DecideAsync(input, DecisionKind.Escalate);
        await AskedAsync(input, "in_progress");

        // It has recorded that it failed, and its orchestration has not come to its end.
        var key = new EscalationKey(input.RequestId, 1);
        await _service.Escalations.FailAsync(new FailedEscalation(key, "test.refused", "Not now."), Cancellation);
        var again = Assert.IsType<DecisionOutcome.Taken>(await TakeAsync(input, DecisionKind.Escalate)).Decision;
        Assert.False(await _service.Fulfilments.DeliverAsync(again, Cancellation));
        await _service.Client.TerminateInstanceAsync(key.InstanceId, "its end", Cancellation);
        await _service.Client.WaitForInstanceCompletionAsync(key.InstanceId, Cancellation);
        _service.Script.Release(input.RequestId, "@escalation/stop-1");

        await _service.Sweeper.SweepAsync(TimeProvider.System.GetUtcNow().AddMinutes(1), Cancellation);
        await AskedAsync(input, "completed");
    }

    [Fact]
    public async Task Whoever_asks_again_is_named_with_the_reason()
    {
        var input = await StopAsync(failures: 1);
        await DecideAsync(input, DecisionKind.Escalate);
        await AskedAsync(input, "failed");

        await _service.Decisions.TakeAsync(
            input.RequestId, Visibility.Everything, DecisionKind.Escalate, Origin.Of("bob"), "please look", Cancellation);

        var escalation = await _service.Escalations.FindAsync(input.RequestId, Cancellation);
        Assert.Equal(("bob", "please look"), (escalation?.By, escalation?.Reason));
    }

    [Fact]
    public async Task A_request_for_help_outlives_the_orchestration_that_stopped()
    {
        var input = await StopAsync(isHeld: true);
        await DecideAsync(input, DecisionKind.Escalate);
        await AskedAsync(input, "in_progress");
        var id = input.RequestId.ToString();
        await _service.Client.TerminateInstanceAsync(id, Cancellation);
        await _service.Client.WaitForInstanceCompletionAsync(id, Cancellation);

        await DecideAsync(input, DecisionKind.Abort);
        await _service.Sweeper.SweepAsync(TimeProvider.System.GetUtcNow().AddMinutes(1), Cancellation);

        var help = await _service.Client.GetInstanceAsync(new EscalationKey(input.RequestId, 1).InstanceId, Cancellation);
        Assert.Equal(OrchestrationRuntimeStatus.Running, help?.RuntimeStatus);
        _service.Script.Release(input.RequestId, "@escalation/stop-1");
    }

    /// <summary>A request that has stopped, and how asking others for help with it will go.</summary>
    private async Task<FulfilmentInput> StopAsync(int failures = 0, bool isHeld = false)
    {
        var input = await StartAsync(
            begun =>
            {
                _service.Script.Fail(begun.RequestId, "first", times: 1);
                _service.Script.Fail(begun.RequestId, "@escalation/stop-1", failures);
                if (isHeld)
                    _service.Script.Hold(begun.RequestId, "@escalation/stop-1");
            },
            Action("first", "x"));
        await WaitForAsync(input, RequestStatus.Failed);
        return input;
    }

    private Task AskedAsync(FulfilmentInput input, string status) => RunningService.WaitUntilAsync(
        async () => (await _service.Escalations.FindAsync(input.RequestId, Cancellation))?.Status == status, $"the escalation is {status}");

    private async Task<FulfilmentInput> StartWaitingInVainAsync(bool cancellable)
    {
        var input = await StartAsync(
            begun =>
            {
                var ticket = _service.Tickets.Of(begun.RequestId);
                (ticket.PollAfter, ticket.Timeout, ticket.CanBeCancelled) = (TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(100), cancellable);
            },
            Action("ticket", "x", "rest-api"));
        await WaitForAsync(input, RequestStatus.Failed);
        return input;
    }
}
