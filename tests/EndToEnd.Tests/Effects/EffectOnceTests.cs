using System.Text.Json.Nodes;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests.Effects;

/// <summary>
/// The answer to a call that had its effect never arrives, because the process was killed or the connection was: the effect is
/// there once, and the request's log shows intent, probe and verdict.
/// </summary>
public sealed class EffectOnceTests : EndToEndTest
{
    public static TheoryData<string> Executors => [.. ExecutorCase.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Executors))]
    public async Task A_process_that_is_killed_between_an_effect_and_its_receipt_leaves_one_effect(string executor)
    {
        var (one, pao) = await PrepareAsync(executor);
        await pao.StartAsync(("PAO_CRASH_AT", "action.after-call"));
        var id = await pao.Api.SubmitUntilAcceptedAsync(ExecutorCase.Item, Named("x"), "key");
        await pao.WaitForExitAsync(TimeSpan.FromMinutes(3));
        Assert.True(pao.ExitCode == 137, $"the process was to kill itself, but ended with {pao.ExitCode}:\n{pao.Output}");
        Assert.Equal(1, await one.CountAsync(Sandbox, $"{id}:one:0"));

        await pao.StartAsync();

        await AssertOnceAsync(one, pao, id);
    }

    [Theory]
    [MemberData(nameof(Executors))]
    public async Task A_connection_that_is_cut_after_the_effect_leaves_one_effect(string executor)
    {
        var (one, pao) = await PrepareAsync(executor);
        await Sandbox.FaultAsync(one.Call, "drop_after");
        await pao.StartAsync();

        var id = await pao.Api.SubmitAsync(ExecutorCase.Item, Named("x"));

        await AssertOnceAsync(one, pao, id);
    }

    private async Task<(ExecutorCase Case, PaoProcess Pao)> PrepareAsync(string executor)
    {
        var one = ExecutorCase.All.Single(one => one.Name == executor);
        await Sandbox.SetJiraAsync(new { auto_resolve_milliseconds = 100 });
        await Sandbox.SetWorkflowsAsync(new { auto_complete_milliseconds = 100, conclusion = "success" });
        return (one, Own(new PaoProcess(Sandbox, Folder("data"), catalog: await one.WriteCatalogAsync(Folder("one")))));
    }

    private async Task AssertOnceAsync(ExecutorCase one, PaoProcess pao, string id)
    {
        var end = await pao.Api.EndOfAsync(id);
        var log = (await pao.Api.GetAsync($"/requests/{id}/logs"))["data"]!.AsArray().Select(line => (string?)line!["message"] ?? "").ToList();
        Assert.True(end == one.End, $"{one.Name} is {end}:\n{string.Join('\n', log)}");
        Assert.Equal(1, await one.CountAsync(Sandbox, $"{id}:one:0"));

        var intent = log.IndexOf("Started (attempt 1)");
        var unsure = log.FindIndex(line => line.StartsWith("Started (attempt 2): an earlier attempt left no receipt", StringComparison.Ordinal));
        var verdict = log.FindIndex(line => line.StartsWith($"Probed (attempt 2): {one.Verdict}", StringComparison.Ordinal));
        Assert.True(intent >= 0 && intent < unsure && unsure < verdict, string.Join('\n', log));
        if (one.End == "failed")
            await DecideThatItHappenedAsync(pao, id);
    }

    /// <summary>Who knows that it is there says so, and nothing is sent again.</summary>
    private async Task DecideThatItHappenedAsync(PaoProcess pao, string id)
    {
        var calls = (await Sandbox.LedgerAsync()).Count;
        using var retry = await pao.Api.SendAsync(HttpMethod.Post, $"/requests/{id}/retry", new JsonObject { ["outcome"] = "happened" });
        Assert.True(retry.IsSuccessStatusCode, await retry.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        await Until.TrueAsync(async () => await pao.Api.StatusAsync(id) == "completed", () => "the request completes");
        Assert.Equal(calls, (await Sandbox.LedgerAsync()).Count);
    }
}
