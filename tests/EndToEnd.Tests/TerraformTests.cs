using System.Text.Json.Nodes;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>Requests that Terraform fulfils, with a GitHub and a Terraform Cloud in a process of their own.</summary>
public sealed class TerraformTests : EndToEndTest
{
    private const string Item = "databases-redis-cache";
    private const string Token = "sandbox-terraform-webhook";

    private static readonly JsonObject Cache = new() { ["name"] = "sessions" };

    [Theory]
    [InlineData("action.before-call")]
    [InlineData("action.after-call")]
    [InlineData("action.after-receipt")]
    [InlineData("action.after-look")]
    [InlineData("action.after-look-noted")]
    public async Task A_process_that_dies_anywhere_leaves_one_commit_and_one_run(string point)
    {
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), catalog: Repository.SampleCatalog));
        await pao.StartAsync(("PAO_CRASH_AT", point));
        var id = await pao.Api.SubmitUntilAcceptedAsync(Item, Cache, point);
        await pao.WaitForExitAsync(TimeSpan.FromMinutes(3));
        Assert.True(pao.ExitCode == 137, $"the process was to kill itself at {point}, but ended with {pao.ExitCode}:\n{pao.Output}");

        await pao.StartAsync();
        var end = await pao.Api.EndOfAsync(id);

        Assert.True(end == "completed", $"after the crash at {point} the request is {end}: {await pao.Api.GetAsync($"/requests/{id}")}");
        Assert.Equal("applied", (string?)Assert.Single(await Sandbox.TerraformRunsAsync())["attributes"]?["status"]);
        Assert.Single(await Sandbox.LedgerAsync(), entry => entry is { Method: "PATCH", Outcome: "effect" });
    }

    [Theory]
    [InlineData(Token, 2, true)]
    [InlineData("another-token", 1, false)]
    [InlineData(null, 0, false)]
    public async Task A_run_that_is_confirmed_completes_the_request_whatever_becomes_of_the_webhook(string? token, int copies, bool isHeard)
    {
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), catalog: Repository.SampleCatalog));
        await pao.StartAsync(("Pao__Terraform__Mappings__platform-infrastructure__TerraformCloud__Apply", "Confirmed"));
        await Sandbox.SetTerraformAsync(new { webhook_url = token is null ? null : $"{pao.Url}/api/v1/webhooks/terraform", webhook_token = token, webhook_copies = copies });
        var id = await pao.Api.SubmitAsync(Item, Cache);
        string? run = null;
        await Until.TrueAsync(
            async () => (run = await WaitsForConfirmationAsync(pao, id)) is not null, () => $"the request waits for somebody to confirm its run:\n{pao.Output}");

        await Sandbox.ConfirmTerraformAsync(run!);

        Assert.Equal("completed", await pao.Api.EndOfAsync(id));
        var action = (await pao.Api.GetAsync($"/requests/{id}"))["actions"]![0]!;
        Assert.Equal($"{Sandbox.Url}/terraform/cloud/app/acme/workspaces/caches--sessions/runs/{run}", (string?)action["external_reference"]);
        Assert.NotNull(action["output"]!["endpoint"]);
        if (isHeard)
            await Until.TrueAsync(() => Task.FromResult(pao.Said($"that something happened to terraform:{run}.")), () => $"the log tells of it:\n{pao.Output}");
        Assert.Equal(isHeard, pao.Output.Contains($"that something happened to terraform:{run}.", StringComparison.Ordinal));
    }

    private static async Task<string?> WaitsForConfirmationAsync(PaoProcess pao, string id)
    {
        var explained = (await pao.Api.GetAsync($"/requests/{id}/explain")).ToJsonString();
        var at = explained.IndexOf("run run-", StringComparison.Ordinal);
        return at >= 0 && explained.Contains("waits for somebody to confirm it", StringComparison.Ordinal) ? explained[(at + 4)..].Split(' ')[0] : null;
    }
}
