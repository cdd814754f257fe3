using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Pao.Activities.Tests;

/// <summary>REST APIs that go on working after their answer.</summary>
public sealed class PollTests
{
    private const string Job = """
        {"endpoint": {"url": "TARGET/jobs", "method": "POST"}, "headers": {"X-Team": "core", "Content-Language": "en"},
         "body": {"contentTemplate": {"a": 1}}, "authentication": {"type": "bearer", "token": {"$secret": "token"}},
         "poll": {"url": "TARGET/jobs/{job}", "until": "state == 'done'", "failWhen": "state == 'failed'", "interval": "5s", "timeout": "2m"} }
        """;

    private const string Located = """
        {"endpoint": {"url": "TARGET/jobs", "method": "POST"}, "poll": {"until": "state == 'done'"} }
        """;

    [Fact]
    public async Task The_answer_of_the_call_is_followed_until_it_is_done()
    {
        var states = new Queue<string>(["running", "done"]);
        await using var target = await StartAsync(context => $$"""{"state": "{{states.Dequeue()}}", "url": "{{context.Request.Host}}"}""");
        await using var actions = new Actions(("Pao:Secrets:token", "s3cret"));
        var action = Action(target, Job);

        var begun = Assert.IsType<ActionProgress.Waiting>((await actions.StandAsync(action)).Waiting);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(2)), (begun.PollAfter, begun.Timeout));
        Assert.Equal($"the answer of {target.Url}/jobs/a%20b", begun.WaitsFor);
        Assert.Equal("waits for " + begun.WaitsFor, actions.Journal.Notes[^1]);
        Assert.DoesNotContain("s3cret", begun.Handle.ToJsonString(), StringComparison.Ordinal);

        var running = Assert.IsType<ActionProgress.Waiting>(await FollowAsync(actions, action, begun.Handle));
        var done = Assert.IsType<ActionProgress.Done>(await FollowAsync(actions, action, running.Handle));

        Assert.Equal("done", (string?)done.Result.Outputs["state"]);
        Assert.Equal("a b", (string?)done.Result.Outputs["job"]); // the first answer had it, the last has not
        var asked = target.Calls.Skip(1).ToList();
        Assert.All(asked, call => Assert.Equal(("GET", "/jobs/a%20b", ""), (call.Method, call.PathAndQuery, call.Body)));
        Assert.All(asked, call => Assert.Equal("Bearer s3cret, core", $"{call.Headers.Authorization}, {call.Headers["X-Team"]}"));
        Assert.All(asked, call => Assert.False(call.Headers.ContainsKey("Idempotency-Key")));
    }

    [Fact]
    public async Task Without_a_url_the_answers_location_is_asked()
    {
        await using var target = await StartAsync(_ => """{"state": "done"}""", location: "/operations/9?x=1");
        await using var actions = new Actions();
        var action = Action(target, Located);

        var begun = Assert.IsType<ActionProgress.Waiting>((await actions.StandAsync(action)).Waiting);
        Assert.IsType<ActionProgress.Done>(await FollowAsync(actions, action, begun.Handle));

        Assert.Equal("/operations/9?x=1", target.Calls.Last().PathAndQuery);
    }

    [Theory]
    [InlineData("http://elsewhere.example/operations/9")]
    [InlineData(null)]
    public async Task A_location_on_another_host_or_none_is_not_followed(string? location)
    {
        await using var target = await StartAsync(_ => "{}", location);
        await using var actions = new Actions();

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() => actions.StandAsync(Action(target, Located)));

        Assert.Equal(("action.unexpected_response", ActionEffect.Unknown), (failure.Code, failure.Effect));
    }

    [Fact]
    public async Task What_says_that_it_failed_is_over()
    {
        await using var target = await StartAsync(_ => """{"state": "failed", "why": "no quota"}""");
        await using var actions = new Actions(("Pao:Secrets:token", "quota"));
        var action = Action(target, Job);
        var begun = Assert.IsType<ActionProgress.Waiting>((await actions.StandAsync(action)).Waiting);

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() => FollowAsync(actions, action, begun.Handle));

        Assert.Equal(("action.failed", false, ActionEffect.Ended), (failure.Code, failure.Retryable, failure.Effect));
        Assert.Contains("no ***", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task What_is_not_known_any_more_is_for_a_person_to_say(int status)
    {
        await using var target = await StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Method == "GET" ? status : 202;
            return "{}";
        });
        await using var actions = new Actions(("Pao:Secrets:token", "s3cret"));
        var action = Action(target, Job);
        var begun = Assert.IsType<ActionProgress.Waiting>((await actions.StandAsync(action)).Waiting);

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() => FollowAsync(actions, action, begun.Handle));

        Assert.Equal(("action.outcome_unknown", ActionEffect.Unknown), (failure.Code, failure.Effect));
    }

    [Fact]
    public async Task A_question_is_asked_again_when_the_other_side_wants_it()
    {
        await using var target = await StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "90";
            return """{"state": "running"}""";
        });
        await using var actions = new Actions(("Pao:Secrets:token", "s3cret"));
        var action = Action(target, Job);
        var begun = Assert.IsType<ActionProgress.Waiting>((await actions.StandAsync(action)).Waiting);

        var running = Assert.IsType<ActionProgress.Waiting>(await FollowAsync(actions, action, begun.Handle));

        Assert.Equal(TimeSpan.FromSeconds(90), running.PollAfter);
    }

    [Fact]
    public async Task What_nobody_can_cancel_says_what_is_left_to_do()
    {
        await using var target = await StartAsync(_ => "{}");
        await using var actions = new Actions(("Pao:Secrets:token", "s3cret"));
        var action = Action(target, Job);
        var begun = Assert.IsType<ActionProgress.Waiting>((await actions.StandAsync(action)).Waiting);

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() => Followed(actions).CancelAsync(
            action, begun.Handle, "given up", TestContext.Current.CancellationToken));

        Assert.Equal("action.unsupported", failure.Code);
        Assert.Contains($"{target.Url}/jobs/a%20b", failure.Message, StringComparison.Ordinal);
    }

    private static Task<ActionProgress> FollowAsync(Actions actions, ActionExecution action, JsonObject handle) =>
        Followed(actions).FollowAsync(action, handle, TestContext.Current.CancellationToken);

    private static IFollowedExecutor Followed(Actions actions) => Assert.IsType<IFollowedExecutor>(actions.Executor("rest-api"), exactMatch: false);

    private static ActionExecution Action(Target target, string config) => Actions.Action(
        "rest-api", config.Replace("TARGET", target.Url, StringComparison.Ordinal), """{"job": "job", "state": "state"}""");

    private static Task<Target> StartAsync(Func<HttpContext, string> state, string? location = null) => Target.StartAsync(context =>
    {
        if (context.Request.Method is "GET")
            return context.Response.WriteAsync(state(context));

        context.Response.StatusCode = 202;
        if (location is not null)
            context.Response.Headers.Location = location;
        return context.Response.WriteAsync("""{"job": "a b"}""");
    });
}
