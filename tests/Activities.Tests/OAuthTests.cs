using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Pao.Activities.Tests;

/// <summary>Tokens by client credentials, from the sandbox's token endpoint; each test is a client of its own there.</summary>
public sealed class OAuthTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private const string Secret = "sandbox-client-secret";

    private readonly string _client = $"client {Guid.NewGuid():n}%:"; // what Basic can only carry encoded
    private int _calls;

    [Fact]
    public async Task One_token_serves_many_calls_at_once()
    {
        await using var actions = OwnActions();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CallAsync(actions)));

        Assert.Equal(1, await IssuedAsync());
    }

    [Fact]
    public async Task A_token_that_is_refused_is_replaced_once_for_all_that_had_it()
    {
        await using var actions = OwnActions();
        await CallAsync(actions);
        await RevokeAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CallAsync(actions)));

        Assert.All(results, result => Assert.Equal(201, (int?)result.Outputs["status"]));
        Assert.Equal(2, await IssuedAsync());
    }

    [Fact]
    public async Task A_token_is_replaced_shortly_before_it_runs_out()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var actions = OwnActions(clock);

        await CallAsync(actions);
        clock.Advance(TimeSpan.FromSeconds(3600 - 62));
        await CallAsync(actions);
        Assert.Equal(1, await IssuedAsync());

        clock.Advance(TimeSpan.FromSeconds(3));
        await CallAsync(actions);
        Assert.Equal(2, await IssuedAsync());
    }

    [Fact]
    public async Task A_second_refusal_is_the_answer()
    {
        var tokens = 0;
        await using var target = await Target.StartAsync(async context =>
        {
            if (context.Request.Path == "/token")
                await context.Response.WriteAsJsonAsync(new { access_token = $"token-{++tokens}", token_type = "bearer", expires_in = "3600" });
            else
                context.Response.StatusCode = 401;
        });
        await using var actions = OwnActions();

        var failure = await actions.FailAsync("rest-api", Config($"{target.Url}/token", target.Url));

        Assert.Equal(("action.rejected", false), (failure.Code, failure.Retryable));
        Assert.Equal(["", "Bearer token-1", "", "Bearer token-2"], target.Calls.Select(call =>
            call.PathAndQuery is "/token" ? "" : call.Headers.Authorization.ToString()));
        Assert.Equal("application/x-www-form-urlencoded", target.Calls.First().Headers.ContentType);
        Assert.Equal("grant_type=client_credentials&scope=read&audience=db", target.Calls.First().Body);
    }

    [Fact]
    public async Task A_wrong_secret_fails_for_good_and_is_not_shown()
    {
        await using var actions = new Actions(("Pao:Secrets:client", "wrong-secret-value"));

        var failure = await actions.FailAsync("rest-api", Config($"{sandbox.Url}/oauth/token", $"{sandbox.Url}/protected/resources/db"));

        Assert.Equal(("action.rejected", false), (failure.Code, failure.Retryable));
        Assert.StartsWith($"POST {sandbox.Url}/oauth/token answered 401", failure.Message);
        Assert.DoesNotContain("wrong-secret-value", failure.Message);
        Assert.Equal(0, await IssuedAsync());
    }

    [Theory]
    [InlineData(200, """{"token_type": "bearer"}""", "action.unexpected_response", false)]
    [InlineData(200, """{"access_token": ""}""", "action.unexpected_response", false)]
    [InlineData(200, """{"access_token": "a\r\nX: y"}""", "action.unexpected_response", false)]
    [InlineData(200, """{"access_token": "tok-en-value", "token_type": "mac"}""", "action.unexpected_response", false)]
    [InlineData(200, "<html>", "action.unexpected_response", false)]
    [InlineData(400, """{"error": "invalid_scope"}""", "action.rejected", false)]
    [InlineData(302, "", "action.unexpected_response", false)]
    [InlineData(429, "", "action.unavailable", true)]
    [InlineData(503, "", "action.unavailable", true)]
    public async Task Without_a_good_token_nothing_is_called(int status, string body, string code, bool retryable)
    {
        await using var tokens = await Target.AnsweringAsync(status, body);
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = OwnActions();

        var failure = await actions.FailAsync("rest-api", Config(tokens.Url, target.Url));

        Assert.Equal((code, retryable, ActionEffect.None), (failure.Code, failure.Retryable, failure.Effect));
        Assert.DoesNotContain("tok-en-value", failure.Message);
        Assert.Empty(target.Calls);
    }

    [Fact]
    public async Task A_failure_to_get_a_token_is_not_kept()
    {
        var isUp = false;
        await using var tokens = await Target.StartAsync(context =>
        {
            context.Response.StatusCode = isUp ? 200 : 503;
            return context.Response.WriteAsync(isUp ? """{"access_token": "abc"}""" : "");
        });
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = OwnActions();
        await actions.FailAsync("rest-api", Config(tokens.Url, target.Url));

        isUp = true;
        await actions.RestAsync(Config(tokens.Url, target.Url));

        Assert.Equal("Bearer abc", target.Call.Headers.Authorization);
    }

    [Fact]
    public async Task A_token_that_is_sent_back_is_masked()
    {
        await using var tokens = await Target.AnsweringAsync(200, """{"access_token": "tok-en-value"}""");
        await using var target = await Target.StartAsync(context => context.Response.WriteAsync(context.Request.Headers.Authorization.ToString()));
        await using var actions = OwnActions();

        var result = await actions.RestAsync(Config(tokens.Url, target.Url));

        Assert.Equal("Bearer ***", (string?)result.Outputs["body"]);
    }

    [Theory]
    [InlineData("/relative", "id", "action.invalid")]
    [InlineData("http://user:pw@127.0.0.1/", "id", "action.invalid")]
    [InlineData("http://10.0.0.1/token", "id", "action.egress_refused")]
    [InlineData("http://127.0.0.1:1/token", null, "action.invalid")]
    public async Task A_token_that_cannot_be_asked_for_fails_for_good(string tokenUrl, string? clientId, string code)
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = OwnActions();

        var failure = await actions.FailAsync("rest-api", new JsonObject
        {
            ["endpoint"] = new JsonObject { ["url"] = target.Url },
            ["authentication"] = new JsonObject
            {
                ["type"] = "oauth2-client-credentials",
                ["tokenUrl"] = tokenUrl,
                ["clientId"] = clientId,
                ["clientSecret"] = Reference(),
            },
        }.ToJsonString());

        Assert.Equal((code, false), (failure.Code, failure.Retryable));
        Assert.Empty(target.Calls);
    }

    private static JsonObject Reference() => new() { ["$secret"] = "client" };

    private static Actions OwnActions(TimeProvider? clock = null) => new(
        null, clock, ("Pao:Secrets:client", Secret), ("Pao:SecretAccess:Unlisted", "Allow"));

    private string Config(string tokenUrl, string url) => new JsonObject
    {
        ["endpoint"] = new JsonObject { ["url"] = url, ["method"] = "POST" },
        ["authentication"] = new JsonObject
        {
            ["type"] = "oauth2-client-credentials",
            ["tokenUrl"] = tokenUrl,
            ["clientId"] = _client,
            ["clientSecret"] = Reference(),
            ["scope"] = "read",
            ["audience"] = "db",
        },
        ["body"] = new JsonObject { ["contentTemplate"] = new JsonObject { ["name"] = "a" } },
    }.ToJsonString();

    private Task<ActionResult> CallAsync(Actions actions)
    {
        actions.Journal.Receipt = null;
        var config = Config($"{sandbox.Url}/oauth/token", $"{sandbox.Url}/protected/resources/db");
        return actions.CallAsync(Actions.Action("rest-api", config) with { ActionId = $"{_client}-{Interlocked.Increment(ref _calls)}" });
    }

    private async Task<int> IssuedAsync()
    {
        using var http = GlobalProxy.ClientWithout();
        var answer = await http.GetFromJsonAsync<JsonObject>(Operator(), TestContext.Current.CancellationToken);
        return (int?)answer?["issued"] ?? -1;
    }

    private async Task RevokeAsync()
    {
        using var http = GlobalProxy.ClientWithout();
        using var answer = await http.PostAsync(new Uri($"{Operator()}/revoke"), null, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private Uri Operator() => new($"{sandbox.Url}/oauth/clients/{Uri.EscapeDataString(_client)}");
}
