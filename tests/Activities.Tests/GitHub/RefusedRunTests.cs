using System.Text.Json.Nodes;

namespace Pao.Activities.Tests.GitHub;

/// <summary>Each error that GitHub documents, and those of the way to it: nothing is started twice, and the message says what to do.</summary>
public sealed class RefusedRunTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private const string Dispatch = "POST actions/workflows/provision.yml/dispatches";

    [Theory]
    [InlineData(400, "action.rejected", false, ActionEffect.None, "answered 400: a planned fault")]
    [InlineData(401, "action.rejected", false, ActionEffect.None, "the token is not right, or has run out: see Pao:GitHub:Owners:default")]
    [InlineData(403, "action.rejected", false, ActionEffect.None, "the token of Pao:GitHub:Owners:default may not do this")]
    [InlineData(404, "action.rejected", false, ActionEffect.None, "there is no such thing, or the token of Pao:GitHub:Owners:default may not see it")]
    [InlineData(409, "action.rejected", false, ActionEffect.None, "answered 409")]
    [InlineData(422, "action.rejected", false, ActionEffect.None, "answered 422: a planned fault")]
    [InlineData(301, "action.rejected", false, ActionEffect.None, "it was renamed or moved")]
    [InlineData(307, "action.rejected", false, ActionEffect.None, "redirects are not followed")]
    [InlineData(429, "action.unavailable", true, ActionEffect.None, "to be left alone for 60 s")]
    [InlineData(408, "action.unavailable", true, ActionEffect.Unknown, "answered 408")]
    [InlineData(500, "action.unavailable", true, ActionEffect.Unknown, "answered 500: a planned fault")]
    [InlineData(502, "action.unavailable", true, ActionEffect.Unknown, "answered 502")]
    [InlineData(503, "action.unavailable", true, ActionEffect.Unknown, "answered 503")]
    public async Task A_status_that_says_no_is_told_with_its_reason(int status, string code, bool retryable, ActionEffect effect, string says)
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        await desk.FaultAsync(Dispatch, "status", ("status", status));

        var failure = await desk.FailAsync(desk.Action());

        Assert.Equal((code, retryable, effect), (failure.Code, failure.Retryable, failure.Effect));
        Assert.Contains(says, failure.Message);
        Assert.Empty(await desk.RunsAsync());
    }

    [Theory]
    [InlineData("\"ref\": \"nope\"", """{"name": "a"}""", "No ref found for: nope")]
    [InlineData(null, "{}", "Required input 'name' not provided")]
    [InlineData(null, """{"name": "a", "typo": "b"}""", "Unexpected inputs provided: [\"typo\"]")]
    [InlineData(null, """{"name": "a", "size": "huge"}""", "Provided value 'huge' for input 'size' not in the list of allowed values")]
    public async Task What_the_workflow_does_not_take_is_told_in_GitHubs_words(string? rest, string inputs, string says)
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);

        var failure = await desk.FailAsync(desk.Action(rest, inputs));

        Assert.Equal(("action.rejected", false, ActionEffect.None), (failure.Code, failure.Retryable, failure.Effect));
        Assert.Contains(says, failure.Message);
    }

    [Theory]
    [InlineData("is_startable", false, "Workflow does not have 'workflow_dispatch' trigger")]
    [InlineData("is_disabled", true, "Cannot trigger a 'workflow_dispatch' on a disabled workflow")]
    public async Task A_workflow_that_cannot_be_started_is_told(string name, bool value, string says)
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        await desk.WorkflowAsync([], null, (name, value));

        Assert.Contains(says, (await desk.FailAsync(desk.Action())).Message);
    }

    [Fact]
    public async Task A_workflow_that_is_not_there_is_told()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);

        Assert.Contains("answered 404: Not Found", (await desk.FailAsync(desk.Action(workflow: "other.yml"))).Message);
    }

    [Theory]
    [InlineData("\"waitForCompletion\": \"maybe\"", "'waitForCompletion' must be true or false.")]
    [InlineData("\"ref\": \"a branch\"", "'ref' must be the name of a branch or a tag")]
    [InlineData("\"workflow\": {\"id\": \"../a.yml\"}", "'workflow.id' is '../a.yml'")]
    [InlineData("\"repository\": {\"owner\": \"a\", \"name\": \"..\"}", "which is no repository on GitHub")]
    [InlineData("\"repository\": {\"owner\": \"acme\", \"name\": \"other\"}", "Documents may not start workflows in acme/other. An operator allows it in Pao:GitHub:Owners:default:Repositories.")]
    [InlineData("\"inputs\": {\"pao_key\": \"a\"}", "'inputs.pao_key' is set by the service")]
    public async Task What_cannot_be_sent_is_not(string member, string says)
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        foreach (var (name, value) in JsonNode.Parse($"{{{member}}}")!.AsObject())
            action.Config[name] = value?.DeepClone();

        var failure = await desk.FailAsync(action);

        Assert.Equal(("action.invalid", ActionEffect.None), (failure.Code, failure.Effect));
        Assert.Contains(says, failure.Message);
        Assert.Empty(await desk.TrafficAsync());
    }

    [Fact]
    public async Task More_inputs_than_GitHub_takes_are_not_sent()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var inputs = new JsonObject(Enumerable.Range(0, 26).Select(n => KeyValuePair.Create($"i{n}", (JsonNode?)"x")));

        Assert.Contains("GitHub takes at most 25", (await desk.FailAsync(desk.Action(inputs: inputs.ToJsonString()))).Message);
    }

    [Fact]
    public async Task A_short_pause_that_GitHub_asks_for_is_made_and_costs_no_attempt()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        await desk.PostAsync("/sandbox/github/limits", new JsonObject { ["token"] = desk.Token, ["secondary_calls"] = 1, ["retry_after"] = 1 });

        await desk.AttemptAsync(desk.Action());

        await desk.RunAsync();
        Assert.Equal(2, await desk.CallsAsync("POST", "/dispatches"));
    }

    [Fact]
    public async Task A_long_pause_of_the_secondary_limit_is_left_to_the_next_attempt_and_told()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        await desk.PostAsync("/sandbox/github/limits", new JsonObject { ["token"] = desk.Token, ["secondary_calls"] = 1, ["retry_after"] = 120 });

        var failure = await desk.FailAsync(desk.Action());

        Assert.Equal((true, ActionEffect.None), (failure.Retryable, failure.Effect));
        Assert.Contains("secondary rate limit", failure.Message);
        Assert.Equal(120.0, failure.Properties?["retry_after"]);
    }

    [Fact]
    public async Task A_secondary_limit_that_is_only_said_in_words_is_a_pause_of_a_minute()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        await desk.FaultAsync(Dispatch, "status", ("status", 403), ("body", """{"message": "You have exceeded a secondary rate limit."}"""));

        Assert.Equal(60.0, (await desk.FailAsync(desk.Action())).Properties?["retry_after"]);
    }

    [Fact]
    public async Task The_hourly_limit_is_waited_for_until_it_is_reset()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        await desk.PostAsync("/sandbox/github/limits", new JsonObject { ["token"] = desk.Token, ["remaining"] = 0, ["reset_after"] = 600 });

        var failure = await desk.FailAsync(desk.Action());

        Assert.Equal((true, ActionEffect.None), (failure.Retryable, failure.Effect));
        Assert.InRange((double)failure.Properties!["retry_after"]!, 590, 602);
    }

    [Theory]
    [InlineData("Token", "unset", "action.secret_missing")]
    [InlineData("Pao:Secrets:github", "readonly-1", "action.rejected")]
    public async Task A_token_that_is_missing_or_may_not_write_starts_nothing(string key, string value, string code)
    {
        await using var desk = await RunDesk.OpenAsync(sandbox, (key, value));

        Assert.Equal((code, false), (await desk.FailAsync(desk.Action())) is var failure ? (failure.Code, failure.Retryable) : default);
        Assert.Empty(await desk.RunsAsync());
    }

    [Fact]
    public async Task A_token_that_GitHub_sends_back_is_masked()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        await desk.FaultAsync(Dispatch, "status", ("status", 422), ("body", $$"""{"message": "bad {{desk.Token}}"}"""));

        Assert.Contains("bad ***", (await desk.FailAsync(desk.Action())).Message);
    }

    [Fact]
    public async Task A_page_in_place_of_GitHub_is_told()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        var waiting = await desk.StartAsync(action);
        await desk.FaultAsync($"GET actions/runs/{waiting.Handle["id"]}", "status", ("status", 200), ("body", "<html>Log in</html>"));

        var failure = await desk.FollowFailsAsync(action, waiting);

        Assert.True(failure.Retryable);
        Assert.Contains("was answered, but not with what GitHub answers there", failure.Message);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_run_that_cannot_be_read_now_is_read_later(int status)
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        var waiting = await desk.StartAsync(action);
        await desk.FaultAsync($"GET actions/runs/{waiting.Handle["id"]}", "status", ("status", status));
        await desk.FaultAsync("GET ", "status", ("status", status));

        var failure = await desk.FollowFailsAsync(action, waiting);

        Assert.Equal((true, ActionEffect.Unknown), (failure.Retryable, failure.Effect));
    }

    [Fact]
    public async Task A_run_that_was_deleted_is_left_to_a_person()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        var waiting = await desk.StartAsync(action);
        await desk.DeleteAsync(waiting);

        var failure = await desk.FollowFailsAsync(action, waiting);

        Assert.Equal(("action.outcome_unknown", false), (failure.Code, failure.Retryable));
        Assert.Contains("is gone: it was deleted", failure.Message);
    }

    [Fact]
    public async Task A_failed_run_whose_jobs_cannot_be_read_has_failed_even_so()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        var waiting = await desk.StartAsync(action);
        await desk.MoveAsync(waiting, "completed", "failure");
        await desk.FaultAsync($"GET actions/runs/{waiting.Handle["id"]}/attempts/1/jobs", "status", ("status", 500));

        var failure = await desk.FollowFailsAsync(action, waiting);

        Assert.Equal(("action.failed", ActionEffect.Ended), (failure.Code, failure.Effect));
        Assert.Contains("its jobs could not be read", failure.Message);
    }

    [Fact]
    public async Task A_huge_answer_to_a_look_is_not_read_to_its_end()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        var waiting = await desk.StartAsync(action);
        await desk.FaultAsync($"GET actions/runs/{waiting.Handle["id"]}", "huge");

        Assert.Equal("action.response_too_large", (await desk.FollowFailsAsync(action, waiting)).Code);
    }

    [Fact]
    public void What_is_not_configured_is_known_before_the_plan_is_made()
    {
        using var actions = new Actions(
            ("Pao:GitHub:Owners:acme:Token", "github"), ("Pao:GitHub:Owners:acme:Repositories:0", "acme/infra"), ("Pao:Secrets:github", "x"),
            ("Pao:GitHub:Owners:bare:Repositories:0", "bare/*"));
        var executor = actions.Executor("github-workflow");

        Assert.Equal(("github:acme", null), Needs("acme", "infra"));
        Assert.Contains("Pao:GitHub:Owners:acme:Repositories", Needs("acme", "other").Missing);
        Assert.Contains("names its secret in Pao:GitHub:Owners:bare:Token", Needs("bare", "a").Missing);
        Assert.Contains("An operator adds Pao:GitHub:Owners:nobody", Needs("nobody", "a").Missing);
        Assert.Equal((null, null), Needs("{{ fields.owner }}", "a"));

        (string? System, string? Missing) Needs(string owner, string name)
        {
            var needs = executor.Needs(new JsonObject { ["repository"] = new JsonObject { ["owner"] = owner, ["name"] = name } });
            return (needs.System, needs.Missing);
        }
    }
}
