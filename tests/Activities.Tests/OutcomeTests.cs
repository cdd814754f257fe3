using Microsoft.AspNetCore.Http;

namespace Pao.Activities.Tests;

/// <summary>What is known of an effect after a failure, and what the next attempt does about it.</summary>
public sealed class OutcomeTests
{
    private const string Post = """{"endpoint": {"url": "TARGET/things", "method": "POST"}}""";
    private const string Unkeyed = """{"endpoint": {"url": "TARGET/things", "method": "POST"}, "idempotencyKey": "ignored"}""";

    private const string Probed = """
        {"endpoint": {"url": "TARGET/things", "method": "POST"}, "idempotencyKey": "ignored",
         "probe": {"url": "TARGET/things/7", "expect": {"jmespath": "name == 'mine'"} } }
        """;

    [Theory]
    [InlineData(400, ActionEffect.None)]
    [InlineData(401, ActionEffect.None)]
    [InlineData(404, ActionEffect.None)]
    [InlineData(409, ActionEffect.None)]
    [InlineData(425, ActionEffect.None)]
    [InlineData(429, ActionEffect.None)]
    [InlineData(408, ActionEffect.Unknown)]
    [InlineData(500, ActionEffect.Unknown)]
    [InlineData(502, ActionEffect.Unknown)]
    [InlineData(503, ActionEffect.Unknown)]
    [InlineData(504, ActionEffect.Unknown)]
    [InlineData(303, ActionEffect.Unknown)]
    public async Task A_refusal_had_no_effect_and_a_breakdown_may_have_had_one(int status, ActionEffect effect)
    {
        await using var target = await Target.AnsweringAsync(status);
        await using var actions = new Actions();

        var failure = await FailAsync(actions, Post, target.Url);

        Assert.Equal(effect, failure.Effect);
        Assert.Equal([effect], actions.Journal.Effects);
    }

    [Fact]
    public async Task A_call_that_reached_nobody_had_no_effect()
    {
        await using var actions = new Actions();

        Assert.Equal(ActionEffect.None, (await FailAsync(actions, Post, "http://127.0.0.1:1")).Effect);
        Assert.Equal(ActionEffect.None, (await FailAsync(actions, Post, "http://no-such-host.invalid")).Effect);
    }

    [Fact]
    public async Task A_connection_that_is_lost_after_the_call_leaves_the_effect_open()
    {
        await using var target = await Target.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var actions = new Actions();

        Assert.Equal(ActionEffect.Unknown, (await FailAsync(actions, Post, target.Url)).Effect);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_leaves_the_effect_open()
    {
        await using var target = await Target.StartAsync(Target.HangAsync);
        await using var actions = new Actions();

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() => actions.RunAsync(
            Actions.Action("rest-api", Post.Replace("TARGET", target.Url, StringComparison.Ordinal), timeout: TimeSpan.FromSeconds(0.3))));

        Assert.Equal(("action.timeout", ActionEffect.Unknown), (failure.Code, failure.Effect));
    }

    [Fact]
    public async Task An_answer_that_is_not_what_was_expected_leaves_the_effect_open()
    {
        await using var target = await Target.AnsweringAsync(201, """{"state": "odd"}""");
        await using var actions = new Actions();

        var failure = await FailAsync(
            actions, """{"endpoint": {"url": "TARGET", "method": "POST"}, "expect": {"jmespath": "state == 'ready'"} }""", target.Url);

        Assert.Equal(("action.unexpected_response", ActionEffect.Unknown), (failure.Code, failure.Effect));
    }

    [Theory]
    [InlineData("""{"endpoint": {"url": "TARGET", "method": "PUT"}, "idempotencyKey": "ignored"}""")]
    [InlineData("""{"endpoint": {"url": "TARGET", "method": "DELETE"}, "idempotencyKey": "ignored"}""")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "idempotencyKey": "ignored"}""")]
    [InlineData(Post)]
    public async Task What_may_be_repeated_is_repeated_after_an_open_outcome(string config)
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions();
        actions.Journal.Intent = new ActionIntent.Unsure();

        var standing = await actions.StandAsync(Actions.Action("rest-api", config.Replace("TARGET", target.Url, StringComparison.Ordinal)));

        Assert.Single(target.Calls);
        Assert.Contains("may have had its effect; it was repeated", standing.Probe, StringComparison.Ordinal);
        Assert.Equal(["verdict Repeatable", "receipt"], actions.Journal.Notes[1..]);
    }

    [Theory]
    [InlineData("rest-api", Unkeyed)]
    [InlineData("webhook", """{"endpoint": {"url": "TARGET"}, "idempotencyKey": "ignored"}""")]
    public async Task What_must_not_be_repeated_stops_for_a_person(string type, string config)
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions();
        actions.Journal.Intent = new ActionIntent.Unsure();

        var failure = await actions.FailAsync(type, config.Replace("TARGET", target.Url, StringComparison.Ordinal));

        Assert.Equal(("action.outcome_unknown", false, ActionEffect.Unknown), (failure.Code, failure.Retryable, failure.Effect));
        Assert.Empty(target.Calls);
        Assert.Equal("verdict Unknown", actions.Journal.Notes[1]);
    }

    [Fact]
    public async Task An_effect_that_the_probe_finds_is_adopted_and_not_made_again()
    {
        await using var target = await Target.AnsweringAsync(200, """{"id": 7, "name": "mine"}""");
        await using var actions = new Actions();
        actions.Journal.Intent = new ActionIntent.Unsure();

        var standing = await actions.StandAsync(
            Actions.Action("rest-api", Probed.Replace("TARGET", target.Url, StringComparison.Ordinal), """{"id": "id"}"""));

        Assert.Equal(("GET", "/things/7"), (target.Call.Method, target.Call.PathAndQuery));
        Assert.False(target.Call.Headers.ContainsKey("Idempotency-Key")); // it is not the call that the key stands for
        Assert.Equal(7, (int?)standing.Result?.Outputs["id"]);
        Assert.Equal(["verdict Happened", "receipt"], actions.Journal.Notes[1..]);
    }

    [Theory]
    [InlineData(404, "")]
    [InlineData(410, "")]
    [InlineData(200, """{"name": "another"}""")]
    public async Task An_effect_that_the_probe_does_not_find_is_made(int status, string found)
    {
        await using var target = await Target.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Method is "GET" ? status : 201;
            return context.Response.WriteAsync(context.Request.Method is "GET" ? found : """{"id": 8}""");
        });
        await using var actions = new Actions();
        actions.Journal.Intent = new ActionIntent.Unsure();

        var standing = await actions.StandAsync(Actions.Action("rest-api", Probed.Replace("TARGET", target.Url, StringComparison.Ordinal)));

        Assert.Equal(["GET", "POST"], target.Calls.Select(call => call.Method));
        Assert.Equal(201, (int?)standing.Result?.Outputs["status"]);
        Assert.Equal(["verdict DidNotHappen", "receipt"], actions.Journal.Notes[1..]);
    }

    [Theory]
    [InlineData(503, "action.unavailable", true)]
    [InlineData(429, "action.unavailable", true)]
    [InlineData(403, "action.outcome_unknown", false)]
    public async Task A_probe_that_cannot_tell_leaves_the_outcome_open(int status, string code, bool retryable)
    {
        await using var target = await Target.AnsweringAsync(status);
        await using var actions = new Actions();
        actions.Journal.Intent = new ActionIntent.Unsure();

        var failure = await FailAsync(actions, Probed, target.Url);

        Assert.Equal((code, retryable), (failure.Code, failure.Retryable));
        Assert.Equal([ActionEffect.Unknown], actions.Journal.Effects);
        Assert.Equal("GET", target.Call.Method);
    }

    [Fact]
    public async Task A_refusal_of_a_repeated_call_says_nothing_about_the_first()
    {
        await using var target = await Target.AnsweringAsync(409);
        await using var actions = new Actions();
        actions.Journal.Intent = new ActionIntent.Unsure();

        await FailAsync(actions, Post, target.Url);

        Assert.Equal([ActionEffect.Unknown], actions.Journal.Effects);
    }

    [Theory]
    [InlineData("""{"endpoint": {"url": "https://api.example.com:8443/a?b"}}""", "https://api.example.com:8443")]
    [InlineData("""{"endpoint": {"url": "https://api.example.com/{{ fields.name }}"}}""", "https://api.example.com")]
    [InlineData("""{"endpoint": {"url": "https://{{ fields.host }}/a"}}""", null)]
    [InlineData("""{"endpoint": {"url": "{{ env.API_URL }}/a"}}""", null)]
    [InlineData("""{"endpoint": {}}""", null)]
    public async Task What_an_action_calls_is_known_before_it_is_prepared(string config, string? system)
    {
        await using var actions = new Actions();

        Assert.Equal(new ActionNeeds(system), actions.Executor("rest-api").Needs(Actions.Action("rest-api", config).Config));
    }

    private static Task<ActionFailedException> FailAsync(Actions actions, string config, string target) =>
        actions.FailAsync("rest-api", config.Replace("TARGET", target, StringComparison.Ordinal));
}
