using System.Text.Json.Nodes;
using Pao.Activities.Tests.Jira;

namespace Pao.Activities.Tests.Cases;

/// <summary>Each case that the making of a ticket may meet, in both editions: what the journal is told, and how many tickets there are.</summary>
public sealed class JiraTicketCaseTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    public static TheoryData<string, bool> Names => [.. JiraTicketCases.All.SelectMany(one => new[] { (one.Name, true), (one.Name, false) })];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_ticket_whose_call_meets(string accident, bool isCloud)
    {
        await using var desk = new TicketDesk(
            sandbox, isCloud, settings: [("Pao:Activities:DefaultTimeout", "00:00:03"), ("CreateGrace", accident.Contains("later", StringComparison.Ordinal) ? "00:00:30" : "00:00:00")]);

        await JiraTicketCases.All.Single(one => one.Name == accident).AssertAsync(
            desk, TicketDesk.Plain(), "POST", $"/jira/{desk.Site}/rest/api/{(isCloud ? 3 : 2)}/issue", () => desk.EffectsAsync("issue"));
    }

    [Fact]
    public async Task A_ticket_whose_call_is_cancelled_is_found_by_the_next_attempt()
    {
        await using var desk = new TicketDesk(sandbox);
        var action = TicketDesk.Plain();
        await desk.FaultAsync("POST issue", "hang_after");
        using var shutdown = new CancellationTokenSource();
        var call = desk.AttemptAsync(action, shutdown.Token);
        while (await desk.EffectsAsync("issue") == 0)
            await Task.Yield();

        await shutdown.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await desk.AttemptAsync(action);
        Assert.Equal(["intent Fresh", "intent Unsure", "verdict Happened", "waits"], desk.Journal.Notes);
        Assert.Equal(1, await desk.EffectsAsync("issue"));
    }

    [Theory]
    [InlineData(400, "action.outcome_unknown", false)]
    [InlineData(401, "action.rejected", false)]
    [InlineData(403, "action.rejected", false)]
    [InlineData(410, "action.rejected", false)]
    [InlineData(429, "action.unavailable", true)]
    [InlineData(500, "action.unavailable", true)]
    [InlineData(503, "action.unavailable", true)]
    public async Task A_search_after_a_lost_answer_that_is_answered(int status, string code, bool retryable)
    {
        await using var desk = new TicketDesk(sandbox);
        var action = TicketDesk.Plain();
        await desk.FaultAsync("POST issue", "drop_after");
        await desk.FaultAsync("POST search/jql", "status", ("status", status));
        await desk.FailAsync(action);

        var failure = await desk.FailAsync(action);

        Assert.Equal((code, retryable, ActionEffect.Unknown), (failure.Code, failure.Retryable, desk.Journal.LastEffect));
        Assert.Equal(1, await desk.EffectsAsync("issue"));
        await desk.StartAsync(action); // whoever retries finds it
        Assert.Equal(1, await desk.EffectsAsync("issue"));
    }

    [Theory]
    [InlineData("status", 401, true)]
    [InlineData("status", 403, true)]
    [InlineData("status", 404, false)]
    [InlineData("status", 429, true)]
    [InlineData("status", 500, true)]
    [InlineData("status", 503, true)]
    [InlineData("drop_after", 0, true)]
    [InlineData("malformed", 0, true)]
    [InlineData("huge", 0, false)]
    [InlineData("hang_after", 0, true)]
    public async Task A_look_at_a_ticket_that_meets(string accident, int status, bool looksAgain)
    {
        await using var desk = new TicketDesk(sandbox, settings: ("Pao:Activities:DefaultTimeout", "00:00:02"));
        var action = TicketDesk.Plain();
        var waiting = await desk.StartAsync(action);
        await desk.FaultAsync($"GET issue/{waiting.Handle["id"]}", accident, ("status", status));

        var failure = await desk.FollowFailsAsync(action, waiting);

        Assert.Equal(looksAgain, failure.Retryable);
        if (looksAgain)
            Assert.IsType<ActionProgress.Waiting>(await desk.FollowAsync(action, waiting));
        Assert.Equal(1, await desk.EffectsAsync("issue"));
    }

    [Theory]
    [InlineData("status", 400)]
    [InlineData("status", 401)]
    [InlineData("status", 403)]
    [InlineData("status", 404)]
    [InlineData("status", 413)]
    [InlineData("status", 500)]
    [InlineData("status_after", 500)]
    [InlineData("drop_after", 0)]
    [InlineData("drop_before", 0)]
    [InlineData("malformed", 0)]
    [InlineData("hang_after", 0)]
    public async Task A_comment_that_meets(string accident, int status)
    {
        await using var desk = new TicketDesk(sandbox, settings: ("Pao:Activities:DefaultTimeout", "00:00:02"));
        var action = TicketDesk.Plain();
        var waiting = await desk.StartAsync(action);
        var comment = new ActionComment("news", "It goes on.");
        await desk.FaultAsync($"POST issue/{waiting.Handle["id"]}/comment", accident, ("status", status));

        var failure = await Record.ExceptionAsync(() => desk.Executor.CommentAsync(action, waiting.Handle, comment, TestContext.Current.CancellationToken));
        await desk.Executor.CommentAsync(action, waiting.Handle, comment, TestContext.Current.CancellationToken);

        Assert.True(accident is "malformed" || failure is ActionFailedException, $"{failure}");
        Assert.Single(((JsonArray)(await desk.TicketAsync())["fields"]!["comment"]!["comments"]!));
    }
}
