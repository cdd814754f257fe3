using System.Text.Json.Nodes;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>Requests that a GitHub workflow fulfils, on a GitHub in a process of its own.</summary>
public sealed class WorkflowTests : EndToEndTest
{
    private const string Item = "compute-kubernetes-cluster";
    private const string Secret = "sandbox-github-webhook";

    private static readonly JsonObject Cluster = new() { ["name"] = "checkout", ["environment"] = "dev" };

    [Theory]
    [InlineData("action.before-call")]
    [InlineData("action.after-call")]
    [InlineData("action.after-receipt")]
    [InlineData("action.after-look")]
    [InlineData("action.after-look-noted")]
    public async Task A_process_that_dies_anywhere_leaves_one_run(string point)
    {
        await Sandbox.SetWorkflowsAsync(new { auto_complete_milliseconds = 100, conclusion = "success" });
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), catalog: Repository.SampleCatalog));
        await pao.StartAsync(("PAO_CRASH_AT", point));
        var id = await pao.Api.SubmitUntilAcceptedAsync(Item, Cluster, point);
        await pao.WaitForExitAsync(TimeSpan.FromMinutes(3));
        Assert.True(pao.ExitCode == 137, $"the process was to kill itself at {point}, but ended with {pao.ExitCode}:\n{pao.Output}");

        await pao.StartAsync();
        var end = await pao.Api.EndOfAsync(id);

        Assert.True(end == "completed", $"after the crash at {point} the request is {end}: {await pao.Api.GetAsync($"/requests/{id}")}");
        Assert.Single(await Sandbox.RunsAsync());
    }

    [Theory]
    [InlineData("details", Secret, 1, true)]
    [InlineData("silent", Secret, 2, true)]
    [InlineData("details", "another-secret", 1, false)]
    [InlineData("details", null, 0, false)]
    public async Task A_run_that_ends_completes_the_request_whatever_becomes_of_the_webhook(string answers, string? secret, int copies, bool isHeard)
    {
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), catalog: Repository.SampleCatalog));
        await pao.StartAsync();
        await Sandbox.HookAsync($"{pao.Url}/api/v1/webhooks/github", secret);
        await Sandbox.SetWorkflowsAsync(new { answers, webhook_copies = copies, conclusion = "success" });
        var id = await pao.Api.SubmitAsync(Item, Cluster);
        var run = await RunAsync(pao, id);
        var explained = await pao.Api.GetAsync($"/requests/{id}/explain");
        Assert.StartsWith($"Nobody here: run {run} of provision-cluster.yml (", (string?)explained["who_can_move"]?[0]);

        await Sandbox.MoveRunAsync(run, "completed", "success");

        Assert.Equal("completed", await pao.Api.EndOfAsync(id));
        var action = (await pao.Api.GetAsync($"/requests/{id}"))["actions"]![0]!;
        Assert.Equal($"{Sandbox.Url}/github/acme/platform-infrastructure/actions/runs/{run}", (string?)action["external_reference"]);
        Assert.Equal((run, "success"), ((long?)action["output"]!["runId"], (string?)action["output"]!["conclusion"]));
        if (isHeard)
            await Until.TrueAsync(() => Task.FromResult(pao.Said($"that something happened to github:acme/platform-infrastructure:run:{run}.")), () => $"the log tells of it:\n{pao.Output}");
        Assert.Equal(isHeard, pao.Output.Contains($"that something happened to github:acme/platform-infrastructure:run:{run}.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_fails_fails_the_request_with_its_step_and_a_retry_starts_another()
    {
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), catalog: Repository.SampleCatalog));
        await pao.StartAsync();
        var id = await pao.Api.SubmitAsync(Item, Cluster);
        await Sandbox.MoveRunAsync(await RunAsync(pao, id), "completed", "failure");
        Assert.Equal("failed", await pao.Api.EndOfAsync(id));
        var error = (string?)(await pao.Api.GetAsync($"/requests/{id}/status"))["error"]?["message"];
        Assert.Contains("has ended: failure; job 'apply', step 'terraform apply' (failure)", error);

        await Sandbox.SetWorkflowsAsync(new { auto_complete_milliseconds = 100, conclusion = "success" });
        await RetryAsync(pao, id, body: null);

        await Until.TrueAsync(async () => await pao.Api.StatusAsync(id) == "completed", () => "the retried request completes");
        Assert.Equal(2, (await Sandbox.RunsAsync()).Select(run => (string?)run["inputs"]?["pao_key"]).Distinct().Count());
    }

    [Fact]
    public async Task What_came_of_a_run_that_was_deleted_is_said_by_a_person()
    {
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), catalog: Repository.SampleCatalog));
        await pao.StartAsync();
        var id = await pao.Api.SubmitAsync(Item, Cluster);
        var run = await RunAsync(pao, id);
        await Sandbox.DeleteRunAsync(run);
        Assert.Equal("failed", await pao.Api.EndOfAsync(id));
        Assert.Equal("action.outcome_unknown", (string?)(await pao.Api.GetAsync($"/requests/{id}/status"))["error"]?["code"]);

        await RetryAsync(pao, id, new JsonObject { ["outcome"] = "did_not_happen", ["reason"] = "Somebody deleted it." });

        await Until.TrueAsync(async () => (await Sandbox.RunsAsync()).Count == 2, () => "the workflow is started again");
    }

    [Fact]
    public async Task A_run_that_takes_too_long_goes_on_until_somebody_aborts_the_request()
    {
        var pao = Pao();
        await pao.StartAsync();
        var id = await pao.Api.SubmitAsync("testing-workflow", Named("slow"));
        Assert.Equal("failed", await pao.Api.EndOfAsync(id));
        Assert.Equal("action.timeout", (string?)(await pao.Api.GetAsync($"/requests/{id}/status"))["error"]?["code"]);
        Assert.Equal("queued", (string?)Assert.Single(await Sandbox.RunsAsync())["status"]);

        using var abort = await pao.Api.SendAsync(HttpMethod.Post, $"/requests/{id}/abort", new JsonObject { ["reason"] = "It takes too long." });
        Assert.True(abort.IsSuccessStatusCode, await abort.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        await Until.TrueAsync(
            async () => (string?)Assert.Single(await Sandbox.RunsAsync())["conclusion"] == "cancelled", () => "the run is cancelled");
    }

    private static async Task RetryAsync(PaoProcess pao, string id, JsonObject? body)
    {
        using var retry = await pao.Api.SendAsync(HttpMethod.Post, $"/requests/{id}/retry", body);
        Assert.True(retry.IsSuccessStatusCode, await retry.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The run that the request waits for.</summary>
    private async Task<long> RunAsync(PaoProcess pao, string id)
    {
        await Until.TrueAsync(
            async () => (await pao.Api.GetAsync($"/requests/{id}"))["actions"]?.AsArray().FirstOrDefault()?["waits"] is not null,
            () => "the request waits for its run");
        return (long)(await Sandbox.RunsAsync())[^1]["id"]!;
    }
}
