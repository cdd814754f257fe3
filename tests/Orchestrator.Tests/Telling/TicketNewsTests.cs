using Pao.Catalog;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Telling;
using Pao.Orchestrator.Tests.Deciding;
using Pao.Orchestrator.Tests.Fulfilment;
using Pao.Orchestrator.Tests.Histories;

namespace Pao.Orchestrator.Tests.Telling;

public sealed class SqliteTicketNewsTests(RunningService service) : TicketNewsTests(service), IClassFixture<RunningService>;

public sealed class PostgresTicketNewsTests(PostgresRunningService service) : TicketNewsTests(service), IClassFixture<PostgresRunningService>;

/// <summary>Those who work on a request's tickets are told what becomes of it.</summary>
public abstract class TicketNewsTests(RunningService service) : DecidingTests(service)
{
    private readonly RunningService _service = service;

    [Fact]
    public async Task A_stop_a_retry_and_the_end_are_each_told_once()
    {
        var input = await StopAfterTicketAsync();
        await SaidAsync(input, "T-0", "stop-1", $"PAO request {input.RequestId} has stopped: Not now. Somebody decides now");

        var decision = await _service.DecideAsync(input, DecisionKind.Retry);
        await _service.Fulfilments.DeliverAsync(decision, Cancellation);
        await WaitForAsync(input, RequestStatus.Completed);
        await _service.Fulfilments.DeliverAsync(decision, Cancellation);

        await SaidAsync(input, "T-0", decision.Id.ToString("n"), $"ada lets PAO request {input.RequestId} be tried again.");
        await SaidAsync(input, "T-0", "completed", $"PAO request {input.RequestId} is completed.");
        Assert.Equal(3, _service.Desk.Of(input.RequestId).Said.Count);
        foreach (var what in new[] { "stop-1", decision.Id.ToString("n"), "completed" })
            await _service.Client.WaitForInstanceCompletionAsync(TellTickets.InstanceId(input.RequestId, what), Cancellation);
        Assert.Equal(3, (await LogAsync(input)).Count(line => line.StartsWith("Told on ticket T-0: ", StringComparison.Ordinal)));
        await Recording.KeepAsync(_service, "tickets-told", TellTickets.InstanceId(input.RequestId, "stop-1"));
    }

    [Theory]
    [InlineData(DecisionKind.Abort, "ada gave PAO request {0} up.")]
    [InlineData(DecisionKind.Escalate, "ada asked others for help with PAO request {0}.")]
    public async Task A_decision_is_told(DecisionKind kind, string text)
    {
        var input = await StopAfterTicketAsync();

        var decision = await _service.DecideAsync(input, kind);
        await _service.Sweeper.SweepAsync(TimeProvider.System.GetUtcNow().AddMinutes(1), Cancellation); // as after a crash of who took it

        await SaidAsync(
            input, "T-0", kind is DecisionKind.Escalate ? "escalated-1" : decision.Id.ToString("n"), text.Replace("{0}", $"{input.RequestId}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_ticket_that_an_abort_closes_is_told_so_by_that_alone()
    {
        var input = await StartAsync(begun => _service.Desk.Of(begun.RequestId).State = "open", Ticket());
        await WaitForAsync(input, RequestStatus.Failed);
        await SaidAsync(input, "T-0", "stop-1", "PAO request");

        var decision = await _service.DecideAsync(input, DecisionKind.Abort);
        await _service.Fulfilments.DeliverAsync(decision, Cancellation);
        await RunningService.WaitUntilAsync(() => Task.FromResult(!_service.Desk.Of(input.RequestId).Cancelled.IsEmpty), "the ticket is closed");

        Assert.Single(_service.Desk.Of(input.RequestId).Said);
        Assert.Null(await _service.Client.GetInstanceAsync(TellTickets.InstanceId(input.RequestId, decision.Id.ToString("n")), Cancellation));
    }

    [Fact]
    public async Task A_ticket_that_was_turned_down_is_told_what_comes_of_that()
    {
        var input = await StartAsync(begun => _service.Desk.Of(begun.RequestId).State = "rejected", Ticket());
        await WaitForAsync(input, RequestStatus.Failed);
        await SaidAsync(input, "T-0", "stop-1", "has stopped: The ticket was turned down.");

        _service.Desk.Of(input.RequestId).State = "done";
        var decision = await _service.DecideAsync(input, DecisionKind.Retry);
        await _service.Fulfilments.DeliverAsync(decision, Cancellation);
        await WaitForAsync(input, RequestStatus.Completed);

        await SaidAsync(input, "T-0", decision.Id.ToString("n"), "be tried again.");
        await SaidAsync(input, "T-1", "completed", "is completed.");
    }

    [Fact]
    public async Task A_JIRA_that_takes_no_comments_costs_the_request_nothing()
    {
        var input = await StartAsync(begun => _service.Desk.Of(begun.RequestId).IsClosedToComments = true, Ticket());

        await WaitForAsync(input, RequestStatus.Completed);

        await RunningService.WaitUntilAsync(
            async () => (await LogAsync(input)).Contains("Could not be told on ticket T-0: Comments are not allowed."), "the log says so");
    }

    [Fact]
    public async Task A_request_that_lost_its_orchestration_is_told_too()
    {
        var input = await StartAsync(begun => _service.Script.Hold(begun.RequestId, "second"), Ticket(), Action("second", "x"));
        await RunningService.WaitUntilAsync(() => Task.FromResult(Keys(input).Count == 1), "the second action is at work");
        await _service.Client.TerminateInstanceAsync(input.RequestId.ToString(), "test", Cancellation);
        await _service.Client.WaitForInstanceCompletionAsync(input.RequestId.ToString(), Cancellation);

        await _service.Reconciliation.LookAtAsync(input.RequestId, Cancellation);

        await SaidAsync(input, "T-0", "stop-1", "has stopped: The orchestration was ended in the hub");
        _service.Script.Release(input.RequestId, "second");
    }

    private static ActionDefinition Ticket() => Action("ticket", "x", ActionTypes.JiraTicket);

    private async Task<FulfilmentInput> StopAfterTicketAsync() => await StartFailingAsync("second", Ticket(), Action("second", "x"));

    private async Task SaidAsync(FulfilmentInput input, string ticket, string what, string text)
    {
        var said = _service.Desk.Of(input.RequestId).Said;
        var id = $"{ticket} {input.RequestId}:{what}";
        await RunningService.WaitUntilAsync(() => Task.FromResult(said.ContainsKey(id)), $"{what} is told on {ticket}");
        Assert.Contains(text, said[id]);
    }
}
