using System.Text.Json.Nodes;

namespace Pao.Activities.Tests.Terraform;

/// <summary>A change that somebody merges.</summary>
public sealed class PullRequestTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static (string Key, string? Value)[] Proposes => [("Delivery", "PullRequest")];

    [Theory]
    [InlineData("merge")]
    [InlineData("squash")]
    [InlineData("rebase")]
    public async Task A_pull_request_is_opened_once_and_what_was_merged_is_run(string method)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: Proposes);
        var action = TerraformDesk.Action(outputs: """[{"name": "endpoint"}]""");

        var waiting = (await desk.StartAsync(action)).Waiting!;

        Assert.Equal($"pull request {desk.Repository}#1", waiting.WaitsFor);
        Assert.Equal(($"{sandbox.Url}/github/{desk.Repository}/pull/1", $"github:{desk.Repository}:pull:1"), (waiting.ExternalReference, Assert.Single(waiting.HintKeys)));
        var pull = Assert.Single((await desk.PullsAsync()).AsArray())!;
        Assert.Equal($"pao/{action.RequestId}-apply-0", (string?)pull["head"]!["ref"]);
        Assert.Equal(($"sessions.tf for request {action.RequestId}", $"Pao-Key: {action.IdempotencyKey}"), ((string?)pull["title"], (string?)pull["body"]));
        Assert.Empty(await desk.FilesAsync());
        Assert.IsType<ActionProgress.Waiting>(await desk.Executor.FollowAsync(action, waiting.Handle, Cancellation));

        await desk.RepositoryAsync("changes/1/merge", new JsonObject { ["by"] = "alice", ["method"] = method });

        Assert.Equal("sessions.cache.example", (string?)(await desk.FollowToEndAsync(action, waiting)).Outputs["endpoint"]);
        Assert.Single(await desk.RunsAsync());
    }

    [Fact]
    public async Task Without_a_workspace_the_merge_is_the_end()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, hasCloud: false, Proposes);
        var action = TerraformDesk.Action();
        var waiting = (await desk.StartAsync(action)).Waiting!;
        await desk.RepositoryAsync("changes/1/merge", new JsonObject { ["by"] = "alice" });

        Assert.Contains("/commit/", (await desk.FollowToEndAsync(action, waiting)).ExternalReference);
    }

    [Fact]
    public async Task A_connected_workspace_runs_what_was_merged()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: [.. Proposes, ("TerraformCloud:Source", "Vcs")]);
        await desk.SetCloudAsync(new JsonObject { ["repository"] = desk.Repository });
        var action = TerraformDesk.Action(outputs: """[{"name": "endpoint"}]""");
        var waiting = (await desk.StartAsync(action)).Waiting!;
        await desk.RepositoryAsync("changes/1/merge", new JsonObject { ["by"] = "alice", ["method"] = "squash" });

        await desk.FollowToEndAsync(action, waiting);

        Assert.Single(await desk.RunsAsync());
    }

    [Fact]
    public async Task A_pull_request_that_is_closed_fails_the_action_and_a_retry_opens_another()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: Proposes);
        var action = TerraformDesk.Action();
        var waiting = (await desk.StartAsync(action)).Waiting!;
        await desk.RepositoryAsync("changes/1/close");

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() => desk.FollowToEndAsync(action, waiting));
        desk.Journal.ForgetReceipt();
        await desk.StartAsync(action with { Revision = 1 });

        Assert.Equal(("action.failed", ActionEffect.Ended), (failure.Code, failure.Effect));
        Assert.Contains($"Pull request {desk.Repository}#1 was closed", failure.Message);
        Assert.Equal(2, (await desk.PullsAsync()).AsArray().Count);
    }

    [Theory]
    [InlineData("POST git/refs", "drop_after", "verdict Repeatable")]
    [InlineData("POST git/refs", "status_after", "verdict Repeatable")]
    [InlineData("POST git/refs", "hang_after", "verdict Repeatable")]
    [InlineData("POST git/refs", "drop_before", "verdict DidNotHappen")]
    [InlineData("POST pulls", "drop_after", "verdict Happened")]
    [InlineData("POST pulls", "status_after", "verdict Happened")]
    [InlineData("POST pulls", "malformed", "verdict Happened")]
    [InlineData("POST pulls", "hang_after", "verdict Happened")]
    [InlineData("POST pulls", "drop_before", "verdict Repeatable")]
    public async Task Whatever_becomes_of_an_answer_there_is_one_branch_and_one_pull_request(string operation, string accident, string verdict)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: [.. Proposes, ("Pao:Activities:DefaultTimeout", "00:00:02")]);
        await desk.FaultAsync($"github {operation}", accident);

        await desk.StartAsync(TerraformDesk.Action());

        Assert.Single((await desk.PullsAsync()).AsArray());
        Assert.Equal(1, await desk.EffectsAsync("POST", "git/refs"));
        Assert.Equal(1, await desk.EffectsAsync("POST", "/pulls"));
        Assert.Contains(verdict, desk.Journal.Notes);
    }

    [Fact]
    public async Task A_pull_request_that_is_there_when_it_would_be_opened_is_taken()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: Proposes);
        var action = TerraformDesk.Action();
        var first = (await desk.StartAsync(action)).Waiting!;

        var second = Assert.IsType<ActionProgress.Waiting>(await desk.Executor.StartAsync(action, Cancellation));

        Assert.Equal(first.Handle.ToJsonString(), second.Handle.ToJsonString());
    }

    [Fact]
    public async Task A_branch_of_the_name_with_something_else_on_it_is_not_proposed()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: Proposes);
        var action = TerraformDesk.Action();
        await desk.RepositoryAsync("pushes", new JsonObject
        {
            ["branch"] = $"pao/{action.RequestId}-apply-0",
            ["commits"] = new JsonArray(new JsonObject { ["login"] = "mallory", ["files"] = new JsonObject { ["evil.tf"] = "# evil" } }),
        });

        var failure = await desk.FailAsync(action);

        Assert.Contains("is there, and does not hold this change. Delete it, then retry.", failure.Message);
        Assert.Empty((await desk.PullsAsync()).AsArray());
    }

    [Fact]
    public async Task A_pull_request_that_is_not_wanted_any_more_is_closed()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: Proposes);
        var action = TerraformDesk.Action();
        var waiting = (await desk.StartAsync(action)).Waiting!;

        await desk.Executor.CancelAsync(action, waiting.Handle, "so", Cancellation);
        await desk.Executor.CancelAsync(action, waiting.Handle, "so", Cancellation);

        Assert.Equal("closed", (string?)(await desk.PullsAsync())[0]!["state"]);
        Assert.Equal(1, await desk.EffectsAsync("PATCH", "pulls/1"));
    }

    [Theory]
    [InlineData(401, true)]
    [InlineData(404, true)]
    [InlineData(500, true)]
    public async Task A_pull_request_that_cannot_be_read_now_is_read_later(int status, bool retryable)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: Proposes);
        var action = TerraformDesk.Action();
        var waiting = (await desk.StartAsync(action)).Waiting!;
        await desk.FaultAsync("github GET pulls/1", "status", ("status", status));

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() => desk.Executor.FollowAsync(action, waiting.Handle, Cancellation));

        Assert.Equal((retryable, ActionEffect.Unknown), (failure.Retryable, failure.Effect));
    }
}
