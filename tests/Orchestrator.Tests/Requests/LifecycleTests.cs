using System.Text.Json.Nodes;
using Pao.Activities;
using Pao.Catalog;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Planning;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Tests.Requests;

public sealed class PostgresLifecycleTests : LifecycleTests<PostgresTestDatabase>
{
    [Fact]
    public async Task What_was_rendered_before_a_correction_is_not_kept_after_it()
    {
        var input = await StartAsync();

        await Progress.PrepareAsync(new ActionKey(input.RequestId, ComponentId: null, "call-1"), RenderMeanwhile, Cancellation);

        Assert.Equal([0L], await CountAsync("select count(*) as n from request_actions where prepared is not null"));
    }

    /// <summary>
    /// What is rendered by something that has outlived its orchestration, while a person corrects the request. Rendering waits for nothing, so this
    /// blocks; on SQLite, which has one writer, a correction comes before or after.
    /// </summary>
    private PreparedAction RenderMeanwhile()
    {
        Database.WriteAsync(
            transaction => transaction.ExecuteAsync("update request_actions set revision = revision + 1", _ => { }, Cancellation), Cancellation).GetAwaiter().GetResult();
        return new PreparedAction("call-1", "rest-api", Skipped: false, [], Retry: null, Timeout: null, Outputs: null);
    }
}

public sealed class SqliteLifecycleTests : LifecycleTests<SqliteTestDatabase>;

public abstract class LifecycleTests<TDatabase> : StoreConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Fact]
    public async Task Beginning_twice_begins_once()
    {
        var input = await StartAsync();
        await Progress.BeginAsync(input.RequestId, ChosenPlan.AsWritten, Cancellation);

        var request = await FindAsync(input);
        Assert.Equal(RequestStatus.InProgress, request.Status);
        Assert.Equal(new Progress(0, 2), request.Progress);
        Assert.Equal(2, (await Store.ActionsAsync(input.RequestId, Cancellation)).Count);
        Assert.Equal(2, (await Store.LogAsync(input.RequestId, 0, 10, Cancellation)).Count);
    }

    [Fact]
    public async Task The_plan_that_was_made_first_stays()
    {
        var input = await SubmitAsync();
        var manual = new ChosenPlan(new PlanChoice(Catalog.FulfillmentMode.Manual, "The system is away."), Components: null);
        await Progress.BeginAsync(input.RequestId, _ => manual, Cancellation);

        var again = await Progress.BeginAsync(input.RequestId, ChosenPlan.AsWritten, Cancellation);

        Assert.Equal(manual.Item, again?.Item);
        Assert.Equal(manual.Item, (await FindAsync(input)).Plan?.Item);
        Assert.Contains(
            await Store.LogAsync(input.RequestId, 0, 10, Cancellation),
            line => line.Message == "Started: 2 action(s), manual. The system is away.");
    }

    [Fact]
    public async Task A_request_that_begins_passes_every_status_for_those_who_watch()
    {
        var input = await StartAsync();

        var changes = await new RequestChanges(Database).SinceAsync([new ChangePlace(input.RequestId, 1)], 10, Cancellation);

        Assert.Equal(
            [(1, RequestStatus.Submitted), (2, RequestStatus.Validating), (3, RequestStatus.Queued), (4, RequestStatus.InProgress)],
            changes.Select(change => (change.Version, change.Status)));
        Assert.Equal(4, (await FindAsync(input)).Version);
    }

    [Fact]
    public async Task Of_many_that_begin_at_once_all_go_by_one_plan()
    {
        var input = await SubmitAsync();
        var plans = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(() => Progress.BeginAsync(
            input.RequestId, _ => new ChosenPlan(new PlanChoice(Catalog.FulfillmentMode.Automatic, $"Made by {number}."), Components: null), Cancellation))));

        var kept = (await FindAsync(input)).Plan?.Item;
        Assert.All(plans, plan => Assert.Equal(kept, plan?.Item));
        Assert.Single(await Store.LogAsync(input.RequestId, 0, 10, Cancellation), line => line.Message.StartsWith("Started", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_many_that_prepare_an_action_at_once_all_send_the_same()
    {
        var input = await StartAsync();
        var key = new ActionKey(input.RequestId, ComponentId: null, "call-1");
        var steps = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(() => Progress.PrepareAsync(
            key, () => new PreparedAction("call-1", "rest-api", Skipped: false, new JsonObject { ["url"] = $"https://{number}.example.com" }, Retry: null, Timeout: null, Outputs: null), Cancellation))));

        Assert.Single(steps.Select(step => step.Action.Config.ToJsonString()).Distinct());
    }

    [Fact]
    public async Task A_request_that_was_taken_back_has_no_plan()
    {
        var input = await SubmitAsync();
        Assert.IsType<DecisionOutcome.Taken>(await DecideAsync(input, DecisionKind.Cancel));

        Assert.Null(await Progress.BeginAsync(input.RequestId, ChosenPlan.AsWritten, Cancellation));

        Assert.Empty(await Store.ActionsAsync(input.RequestId, Cancellation));
    }

    [Fact]
    public async Task A_completed_request_never_goes_back()
    {
        var input = await StartAsync();
        await Progress.CompleteAsync(input.RequestId, Cancellation);
        var completed = await FindAsync(input);

        await FailAsync(input, 1);
        await Progress.BeginAsync(input.RequestId, ChosenPlan.AsWritten, Cancellation);
        await Progress.CompleteAsync(input.RequestId, Cancellation);

        Assert.NotNull(completed.CompletedAt);
        var now = await FindAsync(input);
        Assert.Equal((RequestStatus.Completed, completed.Version), (now.Status, now.Version));
    }

    [Fact]
    public async Task A_request_that_has_not_begun_cannot_complete()
    {
        var input = await SubmitAsync();

        await Progress.CompleteAsync(input.RequestId, Cancellation);

        Assert.Equal(RequestStatus.Submitted, (await FindAsync(input)).Status);
    }

    [Fact]
    public async Task A_failure_is_recorded_once_and_keeps_its_context()
    {
        var input = await StartAsync();

        await FailAsync(input, 1);
        await FailAsync(input, 1);

        var request = await FindAsync(input);
        Assert.Equal(RequestStatus.Failed, request.Status);
        Assert.Equal("call-1", request.CurrentAction);
        Assert.Equal("""{"code":"action.rejected","action":"call-1","message":"The target said no."}""", Canonical(request.Error));
        Assert.Equal("failed", (await Store.ActionsAsync(input.RequestId, Cancellation))[0].Status);
        Assert.Single(await Store.LogAsync(input.RequestId, 0, 10, Cancellation), line => line.Level == "error");
    }

    [Fact]
    public async Task A_late_record_of_an_earlier_failure_does_not_stop_a_retried_request()
    {
        var input = await StartAsync();
        await FailAsync(input, 1);
        await DecideAsync(input, DecisionKind.Retry);

        await FailAsync(input, 1);

        Assert.Equal(RequestStatus.InProgress, (await FindAsync(input)).Status);
    }

    [Fact]
    public async Task Of_many_decisions_about_one_failure_one_is_taken()
    {
        var input = await StartAsync();
        await FailAsync(input, 1);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            i => DecideAsync(input, i % 2 == 0 ? DecisionKind.Retry : DecisionKind.Abort)));

        Assert.Single(outcomes.OfType<DecisionOutcome.Taken>());
        Assert.Equal(7, outcomes.OfType<DecisionOutcome.TakenBefore>().Count());
        Assert.Equal(8, outcomes.OfType<DecisionOutcome.NotWaiting>().Count());
    }

    [Fact]
    public async Task A_decision_is_refused_where_nobody_waits_for_one()
    {
        var input = await StartAsync();

        var outcome = await DecideAsync(input, DecisionKind.Abort);

        Assert.Equal(new DecisionOutcome.NotWaiting(RequestStatus.InProgress), outcome);
        Assert.Equal([0L], await CountAsync("select count(*) as n from request_decisions"));
    }

    [Fact]
    public async Task A_decision_about_someone_elses_request_finds_nothing()
    {
        var input = await StartAsync();
        await FailAsync(input, 1);

        var outcome = await Decisions.TakeAsync(
            input.RequestId, new Visibility("bob"), DecisionKind.Abort, Origin.Of("bob"), null, Cancellation);

        Assert.IsType<DecisionOutcome.NoSuchRequest>(outcome);
        Assert.Equal(RequestStatus.Failed, (await FindAsync(input)).Status);
    }

    [Fact]
    public async Task A_decision_stays_undelivered_until_the_hub_has_it()
    {
        var input = await StartAsync();
        await FailAsync(input, 1);
        var taken = Assert.IsType<DecisionOutcome.Taken>(await DecideAsync(input, DecisionKind.Retry));
        var later = TimeProvider.System.GetUtcNow().AddMinutes(1);

        var undelivered = Assert.Single(await Decisions.UndeliveredAsync(later, 10, Cancellation));
        Assert.Equal(taken.Decision, undelivered with { Effects = taken.Decision.Effects });
        await Decisions.MarkDeliveredAsync(taken.Decision, Cancellation);
        Assert.Empty(await Decisions.UndeliveredAsync(later, 10, Cancellation));
    }

    [Fact]
    public async Task An_aborted_request_is_final()
    {
        var input = await StartAsync();
        await FailAsync(input, 1);

        await DecideAsync(input, DecisionKind.Abort);

        var request = await FindAsync(input);
        Assert.Equal(RequestStatus.Aborted, request.Status);
        Assert.NotNull(request.CompletedAt);
        Assert.Equal(new DecisionOutcome.NotWaiting(RequestStatus.Aborted), await DecideAsync(input, DecisionKind.Retry));
    }

    [Fact]
    public async Task A_receipt_answers_every_later_attempt()
    {
        var input = await StartAsync();
        Assert.IsType<ActionIntent.Fresh>(await Journal.BeginAsync(Execution(input), Cancellation));
        await Journal.CompleteAsync(Execution(input), new ActionResult(new JsonObject { ["id"] = 7 }, "REF-7"), Cancellation);

        var receipt = (await Journal.BeginAsync(Execution(input), Cancellation) as ActionIntent.Done)?.Receipt;

        Assert.Equal(("REF-7", 7), (receipt?.ExternalReference, receipt?.Outputs["id"]?.GetValue<int>()));
        var action = (await Store.ActionsAsync(input.RequestId, Cancellation))[0];
        Assert.Equal(("completed", 1), (action.Status, action.Attempts));
        Assert.Equal(new Progress(1, 2), (await FindAsync(input)).Progress);
    }

    [Fact]
    public async Task Each_attempt_is_counted_and_its_failure_kept()
    {
        var input = await StartAsync();
        for (var i = 0; i < 2; i++)
        {
            await Journal.BeginAsync(Execution(input), Cancellation);
            await Journal.FailAsync(Execution(input), new ActionSetback("target.unavailable", "503", Retryable: true, ActionEffect.Unknown), Cancellation);
        }

        var action = (await Store.ActionsAsync(input.RequestId, Cancellation))[0];
        Assert.Equal(("in_progress", 2), (action.Status, action.Attempts));
        Assert.Equal("target.unavailable", action.Error?["code"]?.GetValue<string>());
        Assert.Equal("call-1", (await FindAsync(input)).CurrentAction);
        Assert.Contains(
            await Store.LogAsync(input.RequestId, 0, 10, Cancellation), line => line.Message == "Failed (attempt 2): 503");
    }

    [Fact]
    public async Task A_late_receipt_of_an_earlier_attempt_changes_nothing()
    {
        var input = await StartAsync();
        await Journal.BeginAsync(Execution(input), Cancellation);
        await Journal.BeginAsync(Execution(input), Cancellation);
        await Journal.CompleteAsync(Execution(input), new ActionResult([], "second"), Cancellation);

        await Journal.CompleteAsync(Execution(input), new ActionResult([], "first"), Cancellation);

        Assert.Equal("second", (await Store.ActionsAsync(input.RequestId, Cancellation))[0].ExternalReference);
    }

    [Fact]
    public async Task An_action_outside_the_plan_is_not_called()
    {
        var input = await StartAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Journal.BeginAsync(Execution(input, "another"), Cancellation));
    }

    [Fact]
    public async Task A_skipped_action_counts_as_done()
    {
        var input = await StartAsync();

        await PrepareAsync(input, new PreparedAction("call-1", "rest-api", Skipped: true, [], null, null, null));

        Assert.Equal(new Progress(1, 2), (await FindAsync(input)).Progress);
        Assert.Equal("skipped", (await Store.ActionsAsync(input.RequestId, Cancellation))[0].Status);
    }

    [Fact]
    public async Task The_log_goes_on_after_the_line_seen_last()
    {
        var input = await StartAsync();
        var first = Assert.Single(await Store.LogAsync(input.RequestId, 0, 1, Cancellation));

        var rest = await Store.LogAsync(input.RequestId, first.Sequence, 10, Cancellation);

        Assert.Equal("Started: 2 action(s), manual. The document says so.", Assert.Single(rest).Message);
    }

    private static string Canonical(JsonObject? error) =>
        new JsonObject
        {
            ["code"] = error?["code"]?.DeepClone(),
            ["action"] = error?["action"]?.DeepClone(),
            ["message"] = error?["message"]?.DeepClone(),
        }.ToJsonString();
}
