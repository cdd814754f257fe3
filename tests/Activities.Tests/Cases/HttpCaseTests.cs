using System.Text.Json.Nodes;
using Pao.Activities.Tests.Jira;

namespace Pao.Activities.Tests.Cases;

public sealed class RestApiCaseTests(SandboxProcess sandbox) : HttpCaseTests(sandbox, "rest-api", "resources"), IClassFixture<SandboxProcess>;

public sealed class WebhookCaseTests(SandboxProcess sandbox) : HttpCaseTests(sandbox, "webhook", "hooks"), IClassFixture<SandboxProcess>;

/// <summary>Each case that a call may meet, against the sandbox: what the journal is told, and how often the effect is there.</summary>
public abstract class HttpCaseTests(SandboxProcess sandbox, string type, string folder)
{
    // Each case has a path of its own, so that no fault of another is left for it.
    private readonly string _path = $"/{folder}/{Guid.NewGuid():n}";

    public static TheoryData<string> Names => [.. HttpCases.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_call_that_meets(string accident)
    {
        await using var desk = Desk();

        await HttpCases.All.Single(one => one.Name == accident).AssertAsync(desk, Action(sandbox.Url), "POST", _path, EffectsAsync);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "Fresh > action.unavailable None > Fresh > action.unavailable None > Fresh > action.unavailable None")]
    [InlineData("http://nobody.invalid", "Fresh > action.unavailable None > Fresh > action.unavailable None > Fresh > action.unavailable None")]
    [InlineData("http://10.0.0.1", "Fresh > action.egress_refused None")]
    [InlineData("http://169.254.169.254", "Fresh > action.egress_refused None")]
    [InlineData("ftp://127.0.0.1", "Fresh > action.invalid None")]
    public async Task A_call_that_reaches_nobody(string target, string trace)
    {
        await using var desk = Desk("00:00:30"); // whoever knows names may be slow

        await new EffectCase(target, trace, 0).AssertAsync(desk, Action(target), "POST", _path, EffectsAsync);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_leaves_its_intent_and_is_repeated_under_its_key()
    {
        await using var desk = Desk();
        var action = Action(sandbox.Url);
        await desk.PostToSandboxAsync("/faults/planned", new JsonObject { ["kind"] = "hang_after", ["path"] = _path });
        using var shutdown = new CancellationTokenSource();
        var call = desk.AttemptAsync(action, shutdown.Token);
        while (await EffectsAsync() == 0)
            await Task.Yield();

        await shutdown.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await desk.AttemptAsync(action);
        Assert.Equal(["intent Fresh", "intent Unsure", "verdict Repeatable", "receipt"], desk.Journal.Notes);
        Assert.Equal(1, await EffectsAsync());
    }

    [Theory]
    [InlineData("drop_after", 1)]
    [InlineData("drop_before", 0)]
    [InlineData("hang_after", 1)]
    public async Task A_call_to_who_ignores_the_key_stops_for_a_person(string accident, int effects)
    {
        await using var desk = Desk();
        var action = Action(sandbox.Url, "\"idempotencyKey\": \"ignored\"");
        await desk.PostToSandboxAsync("/faults/planned", new JsonObject { ["kind"] = accident, ["path"] = _path });

        await desk.FailAsync(action);
        var failure = await desk.FailAsync(action);

        Assert.Equal(("action.outcome_unknown", false), (failure.Code, failure.Retryable));
        Assert.Equal(effects, await EffectsAsync());
    }

    private TicketDesk Desk(string timeout = "00:00:03") => new(sandbox, settings:
    [
        ("Pao:Activities:DefaultTimeout", timeout), ("Pao:Secrets:hook", "sandbox-webhook-secret"), ("Pao:SecretAccess:Unlisted", "Allow"),
    ]);

    private ActionExecution Action(string target, string? more = null) => Actions.Action(
        type,
        $$$"""
        {
          "endpoint": {"url": "{{{target}}}{{{_path}}}", "method": "POST"},
          "body": {"template": {"name": "x"}, "contentTemplate": {"name": "x"}},
          "signing": {"secret": {"$secret": "hook"}}{{{(more is null ? "" : $", {more}")}}}
        }
        """) with
    {
        RequestId = Guid.NewGuid(),
    };

    private async Task<int> EffectsAsync() => (await sandbox.LedgerOfAsync(_path)).Count(entry => (string?)entry["outcome"] is "effect");
}
