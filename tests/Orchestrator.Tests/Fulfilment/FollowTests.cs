using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.DurableTask.Client;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Following;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Tests.Histories;

namespace Pao.Orchestrator.Tests.Fulfilment;

public sealed class SqliteFollowTests(RunningService service) : FollowTests(service), IClassFixture<RunningService>;

public sealed class PostgresFollowTests(PostgresRunningService service) : FollowTests(service), IClassFixture<PostgresRunningService>;

/// <summary>Effects that go on after the call that began them.</summary>
public abstract class FollowTests(RunningService service)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_makes_it_look_and_what_it_sees_ends_the_action()
    {
        var input = await StartAsync(_ => { }, Ticket(), Then("tell", "{{ output.ticket.key }}"));
        await WaitsAsync(input);
        Assert.Equal("ticket T-1", (await ProgressAsync(input)).WaitsFor);

        service.Tickets.Of(input.RequestId).State = "done";
        Assert.True(await service.Inbound.AcceptAsync(Origin.Service, "jira:test", $"{input.RequestId}-1", [Tickets.KeyOf(input.RequestId)], Cancellation));

        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
        var sent = service.Script.Calls.Single(call => call.RequestId == input.RequestId);
        Assert.Equal("T-1", (string?)sent.Config["body"]?["template"]?["made"]);
        var action = (await service.Requests.ActionsAsync(input.RequestId, Cancellation))[0];
        Assert.Equal(("completed", "https://jira.example.com/browse/T-1"), (action.Status, action.ExternalReference));
        await Recording.KeepAsync(service, "followed", input.RequestId.ToString());
        await Recording.KeepAsync(service, "followed-effect", await ChildAsync(input, AwaitAction.Name));
    }

    [Fact]
    public async Task An_event_is_a_hint_and_nothing_is_believed_of_it()
    {
        var input = await StartAsync(_ => { }, Ticket());
        await WaitsAsync(input);

        await service.Inbound.AcceptAsync(Origin.Service, "jira:test", $"{input.RequestId}-1", [Tickets.KeyOf(input.RequestId)], Cancellation);
        await LookedAsync(input, 1);

        Assert.Equal(RequestStatus.InProgress, (await service.WaitForAsync(input, _ => true)).Status);
    }

    [Fact]
    public async Task An_event_that_comes_before_anybody_waits_is_not_lost()
    {
        var input = await service.SubmitAsync(Ticket());
        Assert.True(await service.Inbound.AcceptAsync(Origin.Service, "jira:test", $"{input.RequestId}-1", [Tickets.KeyOf(input.RequestId)], Cancellation));

        await service.Fulfilments.StartAsync(input, Cancellation);

        await LookedAsync(input, 1);
    }

    [Fact]
    public async Task A_delivery_that_comes_twice_is_taken_once()
    {
        var input = await StartAsync(_ => { }, Ticket());
        await WaitsAsync(input);
        var key = Tickets.KeyOf(input.RequestId);

        Assert.True(await service.Inbound.AcceptAsync(Origin.Service, "jira:test", $"{input.RequestId}-1", [key], Cancellation));
        await LookedAsync(input, 1);
        Assert.False(await service.Inbound.AcceptAsync(Origin.Service, "jira:test", $"{input.RequestId}-1", [key], Cancellation));
        Assert.True(await service.Inbound.AcceptAsync(Origin.Service, "jira:other", $"{input.RequestId}-1", [key], Cancellation));

        await LookedAsync(input, 2);
        Assert.Equal(2, service.Tickets.Of(input.RequestId).Looks);
    }

    [Fact]
    public async Task Without_any_event_it_looks_by_itself()
    {
        var input = await StartAsync(ticket => ticket.PollAfter = TimeSpan.FromMilliseconds(50), Ticket());
        await LookedAsync(input, 2);

        service.Tickets.Of(input.RequestId).State = "done";

        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
    }

    [Fact]
    public async Task A_ticket_that_stays_open_for_long_leaves_a_short_history()
    {
        var input = await StartAsync(ticket => ticket.PollAfter = TimeSpan.FromMilliseconds(10), Ticket());
        await LookedAsync(input, 60);
        var follower = await ChildAsync(input, AwaitAction.Name);

        Assert.InRange((await service.Client.GetOrchestrationHistoryAsync(follower, Cancellation)).Count, 1, 25 * 9);
        Assert.InRange((await service.Client.GetOrchestrationHistoryAsync(input.RequestId.ToString(), Cancellation)).Count, 1, 30);
        Assert.Single(await LogAsync(input), line => line.StartsWith("Waits", StringComparison.Ordinal));

        service.Tickets.Of(input.RequestId).State = "done";
        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
    }

    [Fact]
    public async Task A_source_that_cannot_be_read_is_read_again_and_said_once()
    {
        var input = await StartAsync(
            ticket => (ticket.PollAfter, ticket.Unreadable) = (TimeSpan.FromMilliseconds(10), 1), Ticket());
        await LookedAsync(input, 1);

        service.Tickets.Of(input.RequestId).State = "done";
        await service.Inbound.AcceptAsync(Origin.Service, "jira:test", $"{input.RequestId}-1", [Tickets.KeyOf(input.RequestId)], Cancellation);

        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
        Assert.Single(await LogAsync(input), line => line.Contains("JIRA is away.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_look_that_is_refused_says_nothing_about_the_effect_which_a_retry_waits_on_for()
    {
        var input = await StartAsync(ticket => (ticket.PollAfter, ticket.State) = (TimeSpan.FromMilliseconds(10), "open"), Ticket());
        await LookedAsync(input, 1);
        var ticket = service.Tickets.Of(input.RequestId);
        ticket.State = "forbidden";
        await service.WaitForAsync(input, request => request.Status is RequestStatus.Failed);

        ticket.State = "done";
        await service.Fulfilments.DeliverAsync(await service.DecideAsync(input, DecisionKind.Retry), Cancellation);

        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
        Assert.Single(ticket.Opened);
    }

    [Fact]
    public async Task What_it_waits_for_is_told_again_when_it_changes()
    {
        var input = await StartAsync(ticket => ticket.PollAfter = TimeSpan.FromMilliseconds(10), Ticket());
        await LookedAsync(input, 1);

        service.Tickets.Of(input.RequestId).WaitsFor = "ticket T-1, which is in review";

        await RunningService.WaitUntilAsync(
            async () => (await LogAsync(input)).Contains("Waits (attempt 1): ticket T-1, which is in review"), "the log says so");
    }

    [Fact]
    public async Task An_effect_that_ended_badly_is_made_anew_under_a_new_key_when_a_person_retries()
    {
        var input = await StartAsync(ticket => ticket.PollAfter = TimeSpan.FromMilliseconds(10), Ticket());
        var ticket = service.Tickets.Of(input.RequestId);
        await LookedAsync(input, 1);
        ticket.State = "rejected";
        var failed = await service.WaitForAsync(input, request => request.Status is RequestStatus.Failed);
        Assert.Equal("action.failed", (string?)failed.Error?["code"]);

        await RetryAsync(input);
        await RunningService.WaitUntilAsync(() => Task.FromResult(ticket.Opened.Count == 2), "a second ticket is opened");
        ticket.State = "done";

        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
        Assert.Equal([$"{input.RequestId}:ticket:0", $"{input.RequestId}:ticket:1"], ticket.Opened);
    }

    [Fact]
    public async Task What_does_not_end_in_time_is_waited_for_again_when_a_person_retries()
    {
        var input = await StartAsync(
            ticket => (ticket.PollAfter, ticket.Timeout) = (TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(300)), Ticket());
        var failed = await service.WaitForAsync(input, request => request.Status is RequestStatus.Failed);
        Assert.True((string?)failed.Error?["code"] is "action.timeout", failed.Error?.ToJsonString());

        var ticket = service.Tickets.Of(input.RequestId);
        ticket.State = "done";
        await RetryAsync(input);

        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
        Assert.Equal($"{input.RequestId}:ticket:0", Assert.Single(ticket.Opened));
    }

    [Fact]
    public async Task What_is_waited_for_again_and_then_ends_badly_is_made_anew_too()
    {
        var input = await StartAsync(
            ticket => (ticket.PollAfter, ticket.Timeout) = (TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(300)), Ticket());
        await service.WaitForAsync(input, request => (string?)request.Error?["code"] is "action.timeout");
        var ticket = service.Tickets.Of(input.RequestId);
        ticket.State = "rejected";
        await RetryAsync(input);
        await service.WaitForAsync(input, request => (string?)request.Error?["code"] is "action.failed");

        ticket.Timeout = TimeSpan.FromMinutes(1);
        await RetryAsync(input);
        await RunningService.WaitUntilAsync(() => Task.FromResult(ticket.Opened.Count == 2), "a second ticket is opened");
        ticket.State = "done";

        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
        Assert.Equal([$"{input.RequestId}:ticket:0", $"{input.RequestId}:ticket:1"], ticket.Opened);
    }

    [Fact]
    public async Task The_last_look_is_not_before_the_end_of_the_time()
    {
        var answered = new TaskCompletionSource();
        var input = await StartAsync(
            ticket => (ticket.PollAfter, ticket.Timeout, ticket.AnswersAt) =
                (TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(8), answered.Task),
            Ticket());
        await LookedAsync(input, 1);
        var ticket = service.Tickets.Of(input.RequestId);
        ticket.State = "done";
        var follower = await service.Client.GetInstanceAsync(
            await ChildAsync(input, AwaitAction.Name), getInputsAndOutputs: true, Cancellation);
        var until = follower?.ReadCustomStatusAs<AwaitedProgress>()?.Until;

        await RunningService.WaitUntilAsync(() => Task.FromResult(until < TimeProvider.System.GetUtcNow()), "its time is over");
        answered.SetResult();

        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
    }

    [Fact]
    public async Task What_cannot_be_read_at_the_end_of_the_time_is_not_said_to_go_on()
    {
        var input = await StartAsync(
            ticket => (ticket.PollAfter, ticket.Timeout, ticket.Unreadable) =
                (TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100), int.MaxValue),
            Ticket());

        var failed = await service.WaitForAsync(input, request => request.Status is RequestStatus.Failed);

        Assert.Contains("could not be read at the end, so it may have ended", (string?)failed.Error?["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_was_lost_leaves_one_ticket_which_is_followed()
    {
        var input = await StartAsync(
            ticket => (ticket.PollAfter, ticket.LosesAnswer) = (TimeSpan.FromMilliseconds(10), true), Ticket());
        await LookedAsync(input, 1);

        service.Tickets.Of(input.RequestId).State = "done";

        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
        Assert.Single(service.Tickets.Of(input.RequestId).Opened);
        Assert.Contains("Probed (attempt 2): the effect is there and is adopted", await LogAsync(input));
    }

    [Fact]
    public async Task An_outage_costs_no_try_and_leaves_a_short_history()
    {
        var input = await StartAsync(ticket => (ticket.Away, ticket.PollAfter) = (50, TimeSpan.FromMilliseconds(10)), Ticket());
        await LookedAsync(input, 1);

        service.Tickets.Of(input.RequestId).State = "done";

        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
        Assert.Equal(1, (await service.Requests.ActionsAsync(input.RequestId, Cancellation))[0].Attempts);
        Assert.InRange((await service.Client.GetOrchestrationHistoryAsync(input.RequestId.ToString(), Cancellation)).Count, 1, 250); // 8 for each of the first 20 pauses
        Assert.Contains("Parked (attempt 0): jira:test is unavailable.", await LogAsync(input));
        await Recording.KeepAsync(service, "parked", input.RequestId.ToString());
        await Recording.KeepAsync(service, "parked-long", await ChildAsync(input, OutlastOutage.Name));
    }

    [Fact]
    public async Task A_service_that_starts_again_goes_on_waiting()
    {
        var input = await StartAsync(ticket => ticket.PollAfter = TimeSpan.FromMilliseconds(50), Ticket());
        await LookedAsync(input, 1);

        await service.RestartAsync();
        service.Tickets.Of(input.RequestId).State = "done";

        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
        Assert.Single(service.Tickets.Of(input.RequestId).Opened);
    }

    [Fact]
    public async Task An_event_with_too_long_texts_or_none_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => service.Inbound.AcceptAsync(Origin.Service, "jira:test", "", ["a"], Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => service.Inbound.AcceptAsync(Origin.Service, "jira:test", "1", [new string('a', 513)], Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(
            () => service.Inbound.AcceptAsync(Origin.Service, "jira:test", "1", [.. Enumerable.Range(1, 21).Select(i => $"{i}")], Cancellation));
        Assert.False(await service.Inbound.AcceptAsync(Origin.Service, "jira:test", "1", [], Cancellation));
    }

    private static ActionDefinition Ticket() => new(
        "ticket", null, "rest-api",
        new JsonObject { ["endpoint"] = new JsonObject { ["url"] = "https://jira.example.com", ["method"] = "POST" } },
        null, [], new RetryDefinition(2, null, TimeSpan.FromMilliseconds(1), null), null, null);

    private static ActionDefinition Then(string id, string made) => new(
        id, null, "webhook",
        new JsonObject
        {
            ["endpoint"] = new JsonObject { ["url"] = "https://hooks.example.com" },
            ["body"] = new JsonObject { ["template"] = new JsonObject { ["made"] = made } },
        },
        null, ["ticket"], null, null, null);

    private async Task<FulfilmentInput> StartAsync(Action<Tickets.Ticket> arrange, params IReadOnlyList<ActionDefinition> actions)
    {
        var input = await service.SubmitAsync(actions);
        arrange(service.Tickets.Of(input.RequestId));
        await service.Fulfilments.StartAsync(input, Cancellation);
        return input;
    }

    private async Task RetryAsync(FulfilmentInput input) =>
        await service.Fulfilments.DeliverAsync(await service.DecideAsync(input, DecisionKind.Retry), Cancellation);

    private Task WaitsAsync(FulfilmentInput input) => RunningService.WaitUntilAsync(
        async () => (await LogAsync(input)).Contains("Waits (attempt 1): ticket T-1") && (await ProgressAsync(input)).WaitsFor is not null,
        "the request waits");

    private Task LookedAsync(FulfilmentInput input, int times) => RunningService.WaitUntilAsync(
        () => Task.FromResult(service.Tickets.Of(input.RequestId).Looks >= times), $"the ticket was looked at {times} times");

    private async Task<FulfilmentProgress> ProgressAsync(FulfilmentInput input) =>
        (await service.Client.GetInstanceAsync(input.RequestId.ToString(), getInputsAndOutputs: true, Cancellation))
            ?.ReadCustomStatusAs<FulfilmentProgress>() ?? new FulfilmentProgress(null, 0, 0, false);

    private async Task<string> ChildAsync(FulfilmentInput input, string orchestrator)
    {
        await foreach (var instance in service.Client.GetAllInstancesAsync(new OrchestrationQuery(InstanceIdPrefix: $"{input.RequestId}:")))
        {
            if (instance.Name == orchestrator)
                return instance.InstanceId;
        }

        throw new InvalidOperationException($"There is no {orchestrator}.");
    }

    private async Task<List<string>> LogAsync(FulfilmentInput input) =>
        [.. (await service.Requests.LogAsync(input.RequestId, 0, 50, Cancellation)).Select(line => line.Message)];
}
