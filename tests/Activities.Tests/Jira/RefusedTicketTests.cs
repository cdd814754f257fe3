
namespace Pao.Activities.Tests.Jira;

/// <summary>Each error that JIRA documents, and those of the way to it: nothing is made twice, and the message says what to do.</summary>
public sealed class RefusedTicketTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    [Theory]
    [InlineData(401, "action.rejected", false, ActionEffect.None, "the account's token is not right, or has run out")]
    [InlineData(403, "action.rejected", false, ActionEffect.None, "the account may not do this in JIRA")]
    [InlineData(404, "action.rejected", false, ActionEffect.None, "BaseAddress or Kind of Pao:Jira:Instances:default is wrong")]
    [InlineData(413, "action.rejected", false, ActionEffect.None, "as many comments or links as JIRA takes")]
    [InlineData(422, "action.rejected", false, ActionEffect.None, "answered 422: a planned fault")]
    [InlineData(429, "action.unavailable", true, ActionEffect.None, "too many calls")]
    [InlineData(500, "action.unavailable", true, ActionEffect.Unknown, "answered 500: a planned fault")]
    [InlineData(503, "action.unavailable", true, ActionEffect.Unknown, "answered 503: a planned fault")]
    [InlineData(302, "action.unexpected_response", false, ActionEffect.Unknown, "redirects are not followed")]
    public async Task A_status_that_says_no_is_told_with_its_reason(int status, string code, bool retryable, ActionEffect effect, string says)
    {
        await using var desk = new TicketDesk(sandbox);
        await desk.FaultAsync("POST issue", "status", ("status", status));

        var failure = await desk.FailAsync(TicketDesk.Plain());

        Assert.Equal((code, retryable, effect), (failure.Code, failure.Retryable, failure.Effect));
        Assert.Contains(says, failure.Message);
        Assert.Equal(0, await desk.EffectsAsync("issue"));
    }

    [Fact]
    public async Task A_short_pause_that_JIRA_asks_for_is_made_and_costs_no_attempt()
    {
        await using var desk = new TicketDesk(sandbox);
        await desk.FaultAsync("POST issue", "status", ("status", 429), ("retry_after", "1"));

        await desk.AttemptAsync(TicketDesk.Plain());

        Assert.Equal(1, await desk.EffectsAsync("issue"));
    }

    [Fact]
    public async Task A_long_pause_is_left_to_the_next_attempt_and_told()
    {
        await using var desk = new TicketDesk(sandbox);
        await desk.FaultAsync("POST issue", "status", ("status", 429), ("retry_after", "120"));

        var failure = await desk.FailAsync(TicketDesk.Plain());

        Assert.True(failure.Retryable);
        Assert.Contains("to be left alone for 120 s", failure.Message);
    }

    [Theory]
    [InlineData("Authentication:Email", "someone@example.com", "answered 401: Client must be authenticated to access this resource.")]
    [InlineData("Authentication:Email", "reader@example.com", "answered 403: You do not have permission to do this.")]
    [InlineData("Pao:Secrets:jira", "wrong", "answered 401")]
    public async Task An_account_that_may_not_is_refused_without_its_token_in_any_message(string key, string value, string says)
    {
        await using var desk = new TicketDesk(sandbox, settings: (key, value));

        var failure = await desk.FailAsync(TicketDesk.Plain());

        Assert.Equal(("action.rejected", false), (failure.Code, failure.Retryable));
        Assert.Contains(says, failure.Message);
        Assert.DoesNotContain("sandbox-jira-token", failure.ToString());
    }

    [Fact]
    public async Task A_token_that_JIRA_sends_back_is_masked()
    {
        await using var desk = new TicketDesk(sandbox);
        await desk.FaultAsync("POST issue", "status", ("status", 400), ("body", """{"errorMessages":["bad token sandbox-jira-token"]}"""));

        var failure = await desk.FailAsync(TicketDesk.Plain());

        Assert.Contains("bad token ***", failure.Message);
    }

    [Fact]
    public async Task A_data_center_takes_a_personal_token()
    {
        await using var desk = new TicketDesk(sandbox, isCloud: false);
        await using var refused = new TicketDesk(sandbox, isCloud: false, settings: ("Pao:Secrets:jira", "wrong"));

        await desk.AttemptAsync(TicketDesk.Plain());

        Assert.Contains("answered 401", (await refused.FailAsync(TicketDesk.Plain())).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OAuth_2_works_with_both_editions_and_a_revoked_token_is_replaced(bool isCloud)
    {
        var client = $"jira-{Guid.NewGuid():n}";
        await using var desk = new TicketDesk(sandbox, isCloud, settings: [
            ("Authentication:Type", "OAuth2"), ("Authentication:TokenUrl", $"{sandbox.Url}/oauth/token"),
            ("Authentication:ClientId", client), ("Pao:Secrets:jira", "sandbox-client-secret"),
        ]);

        await desk.AttemptAsync(TicketDesk.Plain());
        await desk.PostToSandboxAsync($"/oauth/clients/{client}/revoke", []);
        desk.Journal.ForgetReceipt();
        await desk.AttemptAsync(TicketDesk.Plain());

        Assert.Equal(2, await desk.EffectsAsync("issue"));
    }

    [Fact]
    public async Task The_token_of_the_default_JIRA_may_be_in_the_variable_that_people_know()
    {
        await using var desk = new TicketDesk(sandbox, settings: [("Authentication:Secret", null!), ("Pao:Secrets:jira", "")]);
        await using var known = new TicketDesk(sandbox, settings: [("Authentication:Secret", null!), ("JIRA_API_TOKEN", "sandbox-jira-token")]);

        var failure = await desk.FailAsync(TicketDesk.Plain());
        await known.AttemptAsync(TicketDesk.Plain());

        Assert.Equal("action.secret_missing", failure.Code);
        Assert.Equal(
            "JIRA 'default' has no token. An operator names its secret in Pao:Jira:Instances:default:Authentication:Secret, or sets JIRA_API_TOKEN.", failure.Message);
        Assert.Equal(new ActionNeeds("jira:default", failure.Message), desk.Executor.Needs(TicketDesk.Plain().Config));
        Assert.Equal(new ActionNeeds("jira:default"), known.Executor.Needs(TicketDesk.Plain().Config));
    }

    [Fact]
    public async Task A_JIRA_that_nobody_listens_for_is_tried_again_and_had_no_effect()
    {
        await using var desk = new TicketDesk(sandbox, settings: ("BaseAddress", "http://127.0.0.1:1"));

        var failure = await desk.FailAsync(TicketDesk.Plain());

        Assert.Equal(("action.unavailable", true, ActionEffect.None), (failure.Code, failure.Retryable, failure.Effect));
    }

    [Theory]
    [InlineData("status", "status", 500)]
    [InlineData("drop_before", "status", 0)]
    public async Task A_question_before_the_ticket_that_is_not_answered_leaves_no_doubt(string kind, string name, int value)
    {
        await using var desk = new TicketDesk(sandbox);
        await desk.FaultAsync("GET project/PLAT/statuses", kind, (name, value));

        var failure = await desk.FailAsync(TicketDesk.Plain("\"statusMapping\": {\"Done\": \"completed\"}"));

        Assert.Equal((true, ActionEffect.None), (failure.Retryable, failure.Effect));
    }

    [Fact]
    public async Task A_page_of_a_login_in_place_of_JIRA_is_told()
    {
        await using var desk = new TicketDesk(sandbox);
        await desk.FaultAsync("GET field", "status", ("status", 200), ("body", "<html>Log in</html>"));

        var failure = await desk.FailAsync(TicketDesk.Action("""{"project": "PLAT", "summaryTemplate": "a", "customFields": {"Size": "small"} }"""));

        Assert.Contains("was answered, but not with what JIRA 'default' answers there", failure.Message);
    }
}
