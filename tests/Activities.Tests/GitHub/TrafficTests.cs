using System.Text.Json.Nodes;

namespace Pao.Activities.Tests.GitHub;

/// <summary>What goes over the wire is what GitHub describes, in both directions: the sandbox answers as GitHub does.</summary>
public sealed class TrafficTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private static readonly string[] Operations =
    [
        "GET ", "GET actions/runs/*", "GET actions/runs/*/attempts/*/jobs", "GET actions/workflows/provision.yml/runs", "GET installation",
        "POST actions/runs/*/cancel", "POST actions/workflows/provision.yml/dispatches",
    ];

    [Fact]
    public async Task All_calls_and_answers_are_as_GitHubs_description_has_them()
    {
        using var app = new GitHubApp();
        await using var desk = await RunDesk.OpenAsync(sandbox, app.Settings);
        await app.InstallAsync(desk);
        await MakeAllCallsAsync(desk);

        var traffic = (await desk.TrafficAsync()).Select(Below).ToList();
        var verdicts = await Published.TrafficAsync(traffic);

        Assert.All(traffic.Zip(verdicts), one => Assert.True(one.Second["error"] is null, $"{one.First.ToJsonString()}: {one.Second.ToJsonString()}"));
        Assert.Equal(Operations, traffic.Select(exchange => Operation(exchange, desk.Repository)).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("POST", "actions/workflows/a.yml/dispatches", "", """{"ref": 5}""", 204, "")]
    [InlineData("POST", "actions/workflows/a.yml/dispatches", "", "{}", 204, "")]
    [InlineData("POST", "actions/workflows/a.yml/dispatches", "", """{"ref": "main"}""", 200, """{"workflow_run_id": "1"}""")]
    [InlineData("POST", "actions/workflows/a.yml/start", "", "{}", 200, "{}")]
    [InlineData("POST", "actions/runs/1/cancel", "", "", 200, "{}")]
    [InlineData("GET", "actions/runs/1", "?all=true", "", 200, "{}")]
    [InlineData("GET", "actions/runs/1", "", "", 200, """{"id": 1}""")]
    public async Task A_call_or_an_answer_that_is_not_as_described_is_found(string method, string path, string query, string body, int status, string answer)
    {
        var exchange = new JsonObject
        {
            ["method"] = method, ["path"] = $"/repos/acme/infra/{path}", ["query"] = query, ["body"] = body, ["status"] = status, ["answer"] = answer,
        };

        Assert.NotNull(Assert.Single(await Published.TrafficAsync([exchange]))["error"]);
    }

    private static async Task MakeAllCallsAsync(RunDesk desk)
    {
        await desk.FaultAsync("POST actions/workflows/provision.yml/dispatches", "drop_after");
        var first = desk.Action();
        var failed = await desk.StartAsync(first);
        await desk.FollowAsync(first, failed);
        await desk.MoveAsync(failed, "completed", "failure");
        await desk.FollowFailsAsync(first, failed);
        await desk.CancelAsync(first, await desk.AnotherAsync(first = desk.Action()));
        await desk.SetAsync(("answers", "silent"));
        var second = desk.Action();
        var gone = await desk.AnotherAsync(second);
        await desk.DeleteAsync(gone);
        await desk.FollowFailsAsync(second, gone);
    }

    private static JsonObject Below(JsonObject exchange)
    {
        var below = (JsonObject)exchange.DeepClone();
        below["path"] = ((string)exchange["path"]!)["/github/api/v3".Length..];
        return below;
    }

    private static string Operation(JsonObject exchange, string repository)
    {
        var path = ((string)exchange["path"]!)[$"/repos/{repository}".Length..].TrimStart('/').Split('/');
        return $"{(string?)exchange["method"]} {string.Join('/', path.Select(part => long.TryParse(part, out _) ? "*" : part))}";
    }
}
