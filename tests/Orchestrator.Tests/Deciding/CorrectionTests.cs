using System.Text.Json.Nodes;
using Pao.Activities;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Tests.Fulfilment;
using Pao.Orchestrator.Tests.Histories;

namespace Pao.Orchestrator.Tests.Deciding;

public sealed class SqliteCorrectionTests(RunningService service) : CorrectionTests(service), IClassFixture<RunningService>;

public sealed class PostgresCorrectionTests(PostgresRunningService service) : CorrectionTests(service), IClassFixture<PostgresRunningService>;

/// <summary>Retries that change what a request asks for.</summary>
public abstract class CorrectionTests(RunningService service) : DecidingTests(service)
{
    private readonly RunningService _service = service;

    [Fact]
    public async Task Only_what_depends_on_a_changed_field_is_done_anew()
    {
        var input = await StartFailingAsync(
            "name", Action("size", "{{ fields.size }}"), Action("name", "{{ fields.name }}"), Action("both", "{{ output.size.id }} {{ fields.name }}"));

        await RetryAndDeliverAsync(input, Fields("""{"name": "web"}"""));
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal(["size:0", "name:0", "name:1", "both:0"], Keys(input));
        Assert.Equal("""{"sent":"web"}""", Executions(input)[2].Config["body"]?["template"]?.ToJsonString());
        Assert.Equal("web", (string?)(await WaitForAsync(input, RequestStatus.Completed)).Fields["name"]);
    }

    [Fact]
    public async Task What_is_done_and_depends_on_it_is_done_anew_too_and_whatever_uses_its_outputs()
    {
        var input = await StartFailingAsync(
            "last", Action("size", "{{ fields.size }}"), Action("other", "{{ request.id }}"), Action("uses", "{{ output.size.id }}"), Action("last", "x"));

        await RetryAndDeliverAsync(input, Fields("""{"size": 5}"""));
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal(["size:0", "other:0", "uses:0", "last:0", "size:1", "uses:1", "last:0"], Keys(input));
        Assert.Contains("Done anew with corrected fields.", await LogAsync(input));
        Assert.Contains("ada corrected size.", await LogAsync(input));
        await Recording.KeepAsync(_service, "corrected", input.RequestId.ToString());
    }

    [Fact]
    public async Task The_audit_has_the_corrected_fields_before_and_now_and_no_others()
    {
        var input = await StartFailingAsync("last", Action("size", "{{ fields.size }}"), Action("last", "x"));

        await RetryAndDeliverAsync(input, Fields("""{"size": 5}"""));

        var record = Assert.Single(await _service.Trail.ListAsync(
            new AuditQuery(null, "request.retry", input.RequestId, null, null, null, null, null, 10), Cancellation));
        Assert.Equal(("failed", "in_progress"), ((string?)record.AdditionalEventData.Before?["status"], (string?)record.ResponseElements?["status"]));
        Assert.Equal(["size"], record.AdditionalEventData.Before?["fields"]?.AsObject().Select(field => field.Key));
        Assert.Equal("""{"size":5}""", record.ResponseElements?["fields"]?.ToJsonString());
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_done_anew_and_does_nothing()
    {
        var input = await StartFailingAsync("name", Action("size", "{{ fields.size }}"), Action("name", "{{ fields.name }}"));

        var preview = Assert.IsType<DecisionOutcome.Previewed>(await RetryAsync(input, Fields("""{"size": 5}"""), dryRun: true)).Preview;

        Assert.Equal(["size"], preview.ChangedFields);
        Assert.Equal([new RetriedAction("size", "webhook", "completed", null, Cancelled: false)], preview.Redone);
        Assert.Empty(preview.Kept);
        Assert.Equal(["name"], preview.GoesOnWith);
        Assert.Equal(RequestStatus.Failed, (await WaitForAsync(input, RequestStatus.Failed)).Status);
        Assert.Equal(["size:0", "name:0"], Keys(input));
    }

    [Fact]
    public async Task A_retry_that_changes_nothing_does_nothing_anew()
    {
        var input = await StartFailingAsync("name", Action("size", "{{ fields.size }}"), Action("name", "{{ fields.name }}"));

        await RetryAndDeliverAsync(input, Fields("""{"name": "shop"}"""));
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal(["size:0", "name:0", "name:0"], Keys(input));
    }

    [Theory]
    [InlineData("""{"name": "far too long for it"}""", "/fields/name")]
    [InlineData("""{"size": 0}""", "/fields/size")]
    [InlineData("""{"name": null}""", "/fields/name")]
    [InlineData("""{"colour": "red"}""", "/fields/colour")]
    public async Task What_the_form_does_not_take_is_refused_and_changes_nothing(string fields, string place)
    {
        var input = await StartFailingAsync("name", Action("name", "{{ fields.name }}"));

        var refused = Assert.IsType<DecisionOutcome.Refused>(await RetryAsync(input, Fields(fields)));

        Assert.Equal([place], refused.Errors.Keys);
        Assert.Equal(RequestStatus.Failed, (await WaitForAsync(input, RequestStatus.Failed)).Status);
    }

    [Fact]
    public async Task What_still_goes_on_outside_is_cancelled_when_it_is_done_anew()
    {
        var input = await StartAsync(
            begun =>
            {
                var ticket = _service.Tickets.Of(begun.RequestId);
                (ticket.PollAfter, ticket.Timeout) = (TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(100));
            },
            Action("ticket", "{{ fields.name }}", "rest-api"));
        await WaitForAsync(input, RequestStatus.Failed);
        var preview = Assert.IsType<DecisionOutcome.Previewed>(await RetryAsync(input, Fields("""{"name": "web"}"""), dryRun: true)).Preview;
        Assert.Equal([new RetriedAction("ticket", "rest-api", "failed", "https://jira.example.com/browse/T-1", Cancelled: true)], preview.Redone);

        var ticket = _service.Tickets.Of(input.RequestId);
        (ticket.PollAfter, ticket.Timeout) = (TimeSpan.FromMilliseconds(10), null);
        await RetryAndDeliverAsync(input, Fields("""{"name": "web"}"""));
        await RunningService.WaitUntilAsync(() => Task.FromResult(ticket.Opened.Count == 2), "a second ticket is opened");
        ticket.State = "done";
        await WaitForAsync(input, RequestStatus.Completed);

        await RunningService.WaitUntilAsync(
            async () => (await LogAsync(input)).Exists(line => line.StartsWith("Cancelled", StringComparison.Ordinal)), "the first is cancelled");
        Assert.Equal("ada corrected the request.", Assert.Single(ticket.Cancelled));
        Assert.Equal([$"{input.RequestId}:ticket:0", $"{input.RequestId}:ticket:1"], ticket.Opened);
    }

    [Fact]
    public async Task A_request_that_is_restarted_after_a_correction_has_the_corrected_fields()
    {
        var input = await StartFailingAsync("name", Action("size", "{{ fields.size }}"), Action("name", "{{ fields.name }}"));
        await _service.Client.TerminateInstanceAsync(input.RequestId.ToString(), "test", Cancellation);
        await _service.Client.WaitForInstanceCompletionAsync(input.RequestId.ToString(), Cancellation);

        await RetryAndDeliverAsync(input, Fields("""{"name": "web"}"""));
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal(["size:0", "name:0", "name:1"], Keys(input));
    }

    [Fact]
    public async Task An_effect_that_a_person_found_is_adopted_with_its_outputs()
    {
        var input = await StartFailingAsync("first", Action("first", "x"), Action("second", "{{ output.first.status }}"));

        await RetryAndDeliverAsync(input, Happened(new JsonObject { ["status"] = 201 }));
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal(["first:0", "second:0"], Keys(input));
        Assert.Equal("201", (string?)Executions(input)[1].Config["body"]?["template"]?["sent"]?.ToString());
        var action = (await _service.Requests.ActionsAsync(input.RequestId, Cancellation))[0];
        Assert.Equal(("completed", "https://hooks.example.com/7"), (action.Status, action.ExternalReference));
        Assert.Contains("ada found out that its effect is there.", await LogAsync(input));
    }

    [Fact]
    public async Task An_effect_that_a_person_did_not_find_is_made_without_another_question()
    {
        var input = await StartFailingAsync("first", Action("first", "x"));

        await RetryAndDeliverAsync(input, new RetryChanges(null, new StatedOutcome(null, Happened: false, null, null)));
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal(["first:0", "first:0"], Keys(input));
        Assert.DoesNotContain(await LogAsync(input), line => line.StartsWith("Probed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_said_of_an_effect_must_fit()
    {
        var input = await StartFailingAsync("first", Action("first", "x"));

        Assert.Equal("/outputs/colour", await RefusedAsync(input, Happened(new JsonObject { ["colour"] = "red" })));
        Assert.Equal("/action", await RefusedAsync(input, new RetryChanges(null, new StatedOutcome("second", Happened: true, null, null))));
        Assert.Equal("/outcome", await RefusedAsync(input, new RetryChanges(null, new StatedOutcome(null, Happened: false, [], null))));
        Assert.Equal("/outputs", await RefusedAsync(input, Happened(new JsonObject { ["status"] = new string('x', 70_000) })));
    }

    [Fact]
    public async Task Of_a_known_outcome_nothing_needs_to_be_said()
    {
        var input = await StartAsync(
            begun => _service.Script.Fail(begun.RequestId, "first", times: 1, ActionEffect.None), Action("first", "x"));
        await WaitForAsync(input, RequestStatus.Failed);

        Assert.Equal("/outcome", await RefusedAsync(input, Happened([])));
    }

    private async Task<string> RefusedAsync(FulfilmentInput input, RetryChanges changes) =>
        Assert.IsType<DecisionOutcome.Refused>(await RetryAsync(input, changes)).Errors.Keys.Single();

    private static RetryChanges Happened(JsonObject outputs) =>
        new(null, new StatedOutcome(null, Happened: true, outputs, "https://hooks.example.com/7"));
}
