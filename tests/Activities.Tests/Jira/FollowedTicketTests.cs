using System.Text.Json.Nodes;

namespace Pao.Activities.Tests.Jira;

/// <summary>A ticket is waited for until a person has resolved it; how it stands is read from JIRA, never from an event.</summary>
public sealed class FollowedTicketTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ticket_that_is_worked_on_is_waited_for_and_one_that_is_done_is_done(bool isCloud)
    {
        await using var desk = new TicketDesk(sandbox, isCloud);
        var (action, waiting) = await desk.MovedAsync(TicketDesk.Plain(), "In Progress");

        var working = Assert.IsType<ActionProgress.Waiting>(await desk.FollowAsync(action, waiting));
        await desk.MoveAsync("PLAT-1", "Done");
        var done = Assert.IsType<ActionProgress.Done>(await desk.FollowAsync(action, working)).Result;

        Assert.Equal("ticket PLAT-1 (In Progress)", working.WaitsFor);
        Assert.Equal(["jira:default:PLAT-1", "jira:default:10000"], working.HintKeys);
        Assert.Equal(
            $$"""{"key":"PLAT-1","id":"10000","url":"{{desk.Url}}/browse/PLAT-1","status":"Done"}""", done.Outputs.ToJsonString());
        Assert.Equal($"{desk.Url}/browse/PLAT-1", done.ExternalReference);
    }

    /// <summary>Status, resolution, the document's mapping, the operator's mapping, what comes of it.</summary>
    [Theory]
    [InlineData("Done", null, null, null, "done")]
    [InlineData("Closed", "Fixed", null, null, "done")]
    [InlineData("Rejected", null, null, null, "failed")]
    [InlineData("Done", "Duplicate", null, null, "failed")]
    [InlineData("Closed", "won't fix", null, null, "failed")]
    [InlineData("Waiting for approval", null, null, null, "waits")]
    [InlineData("Waiting for approval", null, "\"Waiting for approval\": \"completed\"", null, "done")]
    [InlineData("Rejected", null, "\"rejected\": \"completed\"", null, "done")]
    [InlineData("In Progress", null, "\"In Progress\": \"failed\"", null, "failed")]
    [InlineData("Closed", null, "\"Done\": \"completed\"", null, "done")]
    [InlineData("In Progress", null, null, "completed", "done")]
    [InlineData("In Progress", null, "\"In Progress\": \"failed\"", "completed", "failed")]
    public async Task A_status_means_what_the_document_the_operator_or_JIRA_says(
        string status, string? resolution, string? mapping, string? configured, string expected)
    {
        await using var desk = new TicketDesk(sandbox, settings: configured is null ? [] : [("StatusMapping:In Progress", configured)]);
        var (action, waiting) = await desk.MovedAsync(TicketDesk.Plain(mapping is null ? null : $"\"statusMapping\": {{{mapping}}}"), status, resolution);

        var outcome = await Record.ExceptionAsync(async () =>
            Assert.Equal(expected, await desk.FollowAsync(action, waiting) is ActionProgress.Done ? "done" : "waits"));

        if (expected is not "failed")
        {
            Assert.Null(outcome);
            return;
        }

        var failure = Assert.IsType<ActionFailedException>(outcome);
        Assert.Equal(("action.failed", false, ActionEffect.Ended), (failure.Code, failure.Retryable, failure.Effect));
        Assert.StartsWith($"Ticket PLAT-1 was not fulfilled: it is '{status}'", failure.Message);
        Assert.EndsWith($"See {desk.Url}/browse/PLAT-1. Retry makes a new ticket.", failure.Message);
    }

    [Fact]
    public async Task Resolutions_that_mean_failure_are_the_operators_to_choose()
    {
        await using var desk = new TicketDesk(sandbox, settings: ("FailedResolutions:0", "Not Today"));
        var (action, waiting) = await desk.MovedAsync(TicketDesk.Plain(), "Done", "Duplicate");

        Assert.IsType<ActionProgress.Done>(await desk.FollowAsync(action, waiting));
        await desk.MoveAsync("PLAT-1", "Done", "Not Today");
        Assert.Equal("action.failed", (await desk.FollowFailsAsync(action, waiting)).Code);
    }

    [Fact]
    public async Task Without_waiting_the_action_is_done_as_soon_as_there_is_a_ticket()
    {
        await using var desk = new TicketDesk(sandbox);
        var action = TicketDesk.Plain("\"waitForResolution\": false");

        var waiting = await desk.StartAsync(action);
        var done = Assert.IsType<ActionProgress.Done>(await desk.FollowAsync(action, waiting)).Result;

        Assert.Equal(TimeSpan.Zero, waiting.PollAfter);
        Assert.Equal("To Do", (string?)done.Outputs["status"]);
    }

    [Theory]
    [InlineData("status", 500, true)]
    [InlineData("status", 429, true)]
    [InlineData("status", 401, true)]
    [InlineData("status", 403, true)]
    [InlineData("drop_before", 0, true)]
    [InlineData("malformed", 0, true)]
    [InlineData("huge", 0, false)]
    [InlineData("replaced", 0, true)]
    public async Task A_ticket_that_cannot_be_read_is_not_given_up(string fault, int status, bool retryable)
    {
        await using var desk = new TicketDesk(sandbox);
        var (action, waiting) = await desk.MovedAsync(TicketDesk.Plain(), "Done");
        await desk.FaultAsync("GET issue/10000", fault, ("status", status), ("body", "{\"key\":1,\"fields\":[]}"));

        var failure = await desk.FollowFailsAsync(action, waiting);

        Assert.Equal((retryable, ActionEffect.Unknown), (failure.Retryable, failure.Effect));
        Assert.IsType<ActionProgress.Done>(await desk.FollowAsync(action, waiting));
    }

    /// <summary>To JIRA Cloud, whoever calls with a token that has expired is a stranger, who sees nothing.</summary>
    [Fact]
    public async Task A_ticket_that_is_not_shown_because_the_token_has_expired_is_not_gone()
    {
        await using var desk = new TicketDesk(sandbox);
        var (action, waiting) = await desk.MovedAsync(TicketDesk.Plain(), "Done");
        await desk.FaultAsync("GET issue/10000", "status", ("status", 404), ("login_reason", "AUTHENTICATED_FAILED"));

        var failure = await desk.FollowFailsAsync(action, waiting);

        Assert.Equal((true, ActionEffect.Unknown), (failure.Retryable, failure.Effect));
        Assert.IsType<ActionProgress.Done>(await desk.FollowAsync(action, waiting));
    }

    [Fact]
    public async Task A_ticket_that_is_gone_fails_the_action()
    {
        await using var desk = new TicketDesk(sandbox);
        var (action, waiting) = await desk.MovedAsync(TicketDesk.Plain(), "Done");
        await desk.FaultAsync("GET issue/10000", "status", ("status", 404));

        var failure = await desk.FollowFailsAsync(action, waiting);

        Assert.Equal(("action.failed", ActionEffect.Ended), (failure.Code, failure.Effect));
        Assert.StartsWith("Ticket PLAT-1 is gone", failure.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Outputs_come_from_the_tickets_fields_by_id_or_by_name(bool isCloud)
    {
        await using var desk = new TicketDesk(sandbox, isCloud);
        const string outputs = """{"address": "fields.customfield_10020", "notes": "named.\"Environment details\"", "size": "fields.customfield_10012.value"}""";
        var notes = isCloud
            ? JsonNode.Parse("""{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"a b"}]}]}""")
            : "a b";
        var (action, waiting) = await desk.MovedAsync(
            TicketDesk.Plain(outputs: outputs), "Done",
            fields: new JsonObject { ["customfield_10020"] = "10.1.2.3", ["customfield_10011"] = notes, ["customfield_10012"] = new JsonObject { ["value"] = "small" } });

        var done = Assert.IsType<ActionProgress.Done>(await desk.FollowAsync(action, waiting)).Result;

        Assert.Equal(("10.1.2.3", "a b", "small"), ((string?)done.Outputs["address"], (string?)done.Outputs["notes"], (string?)done.Outputs["size"]));
        Assert.Equal("Done", (string?)done.Outputs["status"]);
    }

    [Fact]
    public async Task A_field_that_nobody_filled_in_stops_the_action_and_a_retry_reads_the_same_ticket()
    {
        await using var desk = new TicketDesk(sandbox);
        var (action, waiting) = await desk.MovedAsync(
            TicketDesk.Plain(outputs: """{"address": "fields.customfield_10020", "date": "fields.customfield_10021"}"""), "Done",
            fields: new JsonObject { ["customfield_10020"] = " " });

        var failure = await desk.FollowFailsAsync(action, waiting);
        await desk.MoveAsync("PLAT-1", "Done", fields: new JsonObject { ["customfield_10020"] = "a", ["customfield_10021"] = "2026-01-01" });

        Assert.Equal(("action.outputs_missing", false, ActionEffect.Unknown), (failure.Code, failure.Retryable, failure.Effect));
        Assert.Contains("does not say: address, date.", failure.Message);
        Assert.IsType<ActionProgress.Done>(await desk.FollowAsync(action, waiting));
    }

    [Fact]
    public async Task Outputs_that_are_no_expressions_are_found_before_there_is_a_ticket()
    {
        await using var desk = new TicketDesk(sandbox);

        var failure = await desk.FailAsync(TicketDesk.Plain(outputs: """{"address": "fields["}"""));

        Assert.Equal("action.invalid", failure.Code);
        Assert.Equal(0, await desk.EffectsAsync("issue"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_comment_is_written_once_and_nothing_in_it_is_markup(bool isCloud)
    {
        await using var desk = new TicketDesk(sandbox, isCloud);
        var action = TicketDesk.Plain();
        var waiting = await desk.StartAsync(action);
        var first = new ActionComment("request-1:failed:1", "The request failed: {code} [~admin]\n*no*");

        await desk.Executor.CommentAsync(action, waiting.Handle, first, Cancellation);
        await desk.Executor.CommentAsync(action, waiting.Handle, first, Cancellation);
        var outputs = new JsonObject { ["key"] = "PLAT-1", ["id"] = "10000", ["url"] = "x", ["status"] = "Done" };
        await desk.Executor.CommentAsync(action, outputs, first with { Id = "request-1:retried:2" }, Cancellation);

        Assert.Equal(2, await desk.EffectsAsync("issue/10000/comment"));
        var body = (await desk.TicketAsync())["fields"]!["comment"]!["comments"]![0]!["body"]!;
        Assert.Equal(
            isCloud
                ? """{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"The request failed: {code} [~admin]"},{"type":"hardBreak"},{"type":"text","text":"*no*"}]}]}"""
                : "The request failed: &#123;code&#125; \\[\\~admin\\]\\\\ \\*no&#42;",
            isCloud ? body.ToJsonString() : (string?)body);
    }

    [Theory]
    [InlineData(413)]
    [InlineData(404)]
    public async Task A_comment_that_JIRA_does_not_take_is_told(int status)
    {
        await using var desk = new TicketDesk(sandbox);
        var action = TicketDesk.Plain();
        var waiting = await desk.StartAsync(action);
        await desk.FaultAsync("POST issue/10000/comment", "status", ("status", status));

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() =>
            desk.Executor.CommentAsync(action, waiting.Handle, new ActionComment("a", "b"), Cancellation));

        Assert.Contains($"answered {status}", failure.Message);
    }
}
