using System.Text.Json.Nodes;

namespace Pao.Activities.Tests.Terraform;

/// <summary>What is sent is what HashiCorp and GitHub describe; and the sandbox answers as Terraform Cloud does.</summary>
public sealed class TrafficTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private static readonly NodeCheck Node = new("Terraform");

    private static readonly string[] CloudOperations =
    [
        "GET configuration-versions/*", "GET organizations/acme/workspaces/infrastructure", "GET runs/*", "GET state-version-outputs/*",
        "GET workspaces/*/current-state-version-outputs", "GET workspaces/*/runs", "GET workspaces/*/vars",
        "PATCH workspaces/*/vars/*", "POST organizations/acme/workspaces", "POST runs", "POST runs/*/actions/apply", "POST workspaces/*/configuration-versions", "POST workspaces/*/vars",
    ];

    private static readonly string[] GitHubOperations =
    [
        "GET branches/main", "GET branches/pao*", "GET commits", "GET commits/*", "GET contents/*", "GET git/blobs/*", "GET git/trees/*", "GET pulls",
        "GET pulls/1", "PATCH git/refs/heads%2Fmain", "PATCH pulls/1", "POST git/commits", "POST git/refs", "POST git/trees", "POST pulls",
    ];

    [Fact]
    public async Task All_calls_and_answers_are_as_the_descriptions_have_them()
    {
        var cloud = new List<JsonObject>();
        var github = new List<JsonObject>();
        await using var commits = await TerraformDesk.OpenAsync(sandbox, new KeptSecrets());
        await MakeCommitsAsync(commits);
        await using var pulls = await TerraformDesk.OpenAsync(sandbox, settings: [("Delivery", "PullRequest"), ("TerraformCloud:Source", "Vcs")]);
        await MakePullsAsync(pulls);
        await using var made = await TerraformDesk.OpenAsync(
            sandbox, settings: [("TerraformCloud:Workspace", "missing-{folder}"), ("TerraformCloud:CreateWorkspaces", "true"), ("TerraformCloud:Project", "prj-1")]);
        await made.StartAsync(TerraformDesk.Action(file: "a/sessions.tf"));
        cloud.AddRange((await made.TrafficAsync("cloud")).Select(exchange => Below(exchange, exchange => exchange.IndexOf("/api/v2", StringComparison.Ordinal)))
            .Where(exchange => (string?)exchange["method"] is "POST"));
        foreach (var desk in new[] { commits, pulls })
        {
            cloud.AddRange((await desk.TrafficAsync("cloud")).Select(exchange => Below(exchange, exchange => exchange.IndexOf("/api/v2", StringComparison.Ordinal))));
            github.AddRange((await desk.TrafficAsync("github")).Select(exchange => Asked(Below(exchange, _ => "/github/api/v3".Length))));
        }

        AssertDescribed(cloud, await Node.JudgeAsync("traffic", cloud));
        AssertDescribed(github, await GitHub.Published.TrafficAsync(github));
        Assert.Equal(CloudOperations, Operations(cloud, skip: 3));
        Assert.Equal(GitHubOperations, Operations(github, skip: 4));
    }

    [Theory]
    [InlineData("POST", "runs", """{"data": {"type": "run", "attributes": {}}}""", 201, """{"data": {"type": "runs", "attributes": {}}}""")]
    [InlineData("POST", "runs", """{"data": {"type": "runs", "attributes": {"auto-apply": "yes"}}}""", 201, """{"data": {"type": "runs", "attributes": {}}}""")]
    [InlineData("POST", "runs", """{"data": {"type": "runs", "attributes": {}}}""", 201, """{"data": {"type": "runs", "attributes": {"status": "done"}}}""")]
    [InlineData("GET", "runs/run-1", "", 200, """{"run": {}}""")]
    [InlineData("GET", "runs/run-1/log", "", 200, "{}")]
    public async Task A_call_or_an_answer_that_is_not_as_described_is_found(string method, string path, string body, int status, string answer)
    {
        var exchange = new JsonObject
        {
            ["method"] = method, ["path"] = $"/api/v2/{path}", ["query"] = "", ["body"] = body, ["status"] = status, ["answer"] = answer,
        };

        Assert.NotNull(Assert.Single(await Node.JudgeAsync("traffic", [exchange]))["error"]);
    }

    private static async Task MakeCommitsAsync(TerraformDesk desk)
    {
        await desk.SetCloudAsync(new JsonObject { ["has_cost_estimate"] = true, ["policy"] = "passed", ["step_milliseconds"] = 5 });
        await desk.FaultAsync("github PATCH git/refs/heads/main", "drop_after");
        var action = TerraformDesk.Action(
            $"{TerraformDesk.Module("sessions")}\noutput \"password\" {{\n  value     = \"hunter2hunter2\"\n  sensitive = true\n}}\n",
            rest: "\"variables\": {\"size\": 1, \"secret\": {\"$secret\": \"github\"} }", outputs: """[{"name": "endpoint"}, {"name": "password"}]""");
        await desk.RunAsync(action);
        desk.Journal.ForgetReceipt();
        await desk.RunAsync(action with { Revision = 1 });
    }

    private static async Task MakePullsAsync(TerraformDesk desk)
    {
        await desk.SetCloudAsync(new JsonObject { ["repository"] = desk.Repository });
        await desk.FaultAsync("github POST git/refs", "drop_after");
        var action = TerraformDesk.Action();
        var waiting = (await desk.StartAsync(action)).Waiting!;
        desk.Journal.ForgetReceipt();
        await desk.StartAsync(action);
        await desk.Executor.CancelAsync(action, waiting.Handle, "so", TestContext.Current.CancellationToken);
        desk.Journal.ForgetReceipt();
        var next = action with { Revision = 1 };
        waiting = (await desk.StartAsync(next)).Waiting!;
        await desk.RepositoryAsync("changes/2/merge", new JsonObject { ["by"] = "alice", ["method"] = "squash" });
        await desk.FollowToEndAsync(next, waiting);
    }

    private static void AssertDescribed(List<JsonObject> traffic, IReadOnlyList<JsonNode> verdicts) => Assert.All(
        traffic.Zip(verdicts), one => Assert.True(one.Second["error"] is null, $"{one.First.ToJsonString()}: {one.Second.ToJsonString()}"));

    private static JsonObject Below(JsonObject exchange, Func<string, int> begins)
    {
        var below = (JsonObject)exchange.DeepClone();
        var path = (string)exchange["path"]!;
        below["path"] = path[begins(path)..];
        return below;
    }

    /// <summary>The call alone: GitHub's answers have hundreds of keys, and the sandbox gives those that are read.</summary>
    private static JsonObject Asked(JsonObject exchange)
    {
        exchange["answer"] = "";

        // The description has one parameter for a branch's name, also where that has slashes.
        exchange["path"] = ((string)exchange["path"]!).Replace("/pao/", "/pao%2F", StringComparison.Ordinal).Replace("/refs/heads/", "/refs/heads%2F", StringComparison.Ordinal);
        return exchange;
    }

    private static IEnumerable<string> Operations(List<JsonObject> traffic, int skip) => traffic
        .Select(exchange => $"{(string?)exchange["method"]} {string.Join('/', ((string)exchange["path"]!).Split('/').Skip(skip).Select(Shown))}")
        .Select(operation => operation.Contains("branches/pao", StringComparison.Ordinal) ? "GET branches/pao*" : operation)
        .Select(operation => operation.StartsWith("GET contents/", StringComparison.Ordinal) ? "GET contents/*" : operation)
        .Select(operation => operation is "GET pulls/2" ? "GET pulls/1" : operation)
        .Distinct().Order(StringComparer.Ordinal);

    private static string Shown(string part) => part.Length is 40 || part.Split('-') is ["ws" or "run" or "cv" or "var" or "wsout", ..] ? "*" : part;
}
