using System.Net;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>The process kills itself at each named point once: before and after intent, call, receipt, commit, hand-over, answer.</summary>
public abstract class CrashPointTests : EndToEndTest
{
    private const string Fresh = "fresh";

    private protected async Task<IReadOnlyList<string>> CrashEverywhereAsync(Workload work)
    {
        var (points, scouted) = await FindPointsAsync(work);
        Assert.Superset(
            new HashSet<string>
            {
                "action.before-intent", "action.after-intent", "action.before-call", "action.after-call", "action.before-receipt",
                "action.after-receipt", "hub.before-commit", "hub.after-commit", "hub.before-hand-over", "hub.after-hand-over",
                "hub.before-answer", "hub.after-answer", "api.before-insert", "api.after-insert", "api.after-start",
            },
            points.ToHashSet());

        await PrepareAsync();
        List<string> accepted = [scouted];
        foreach (var point in points)
            accepted.Add(await CrashAtAsync(point, work));

        await AssertEffectsAsync(accepted, work.Actions);
        return points;
    }

    /// <summary>Runs one request through and notes which points it passes.</summary>
    private async Task<(IReadOnlyList<string> Points, string RequestId)> FindPointsAsync(Workload work)
    {
        var log = Folder("points");
        var scout = Pao(data: "scout");
        await scout.StartAsync(("PAO_CRASH_LOG", log));
        var id = await scout.Api.SubmitAsync(work.Item, Named("scout"));
        Assert.Equal("completed", await scout.Api.EndOfAsync(id));
        await scout.DisposeAsync();

        // A catalog that has not changed is not kept again: CatalogOutageTests crash there.
        return ([.. (await File.ReadAllLinesAsync(log)).Where(point => !point.StartsWith("catalog.", StringComparison.Ordinal))], id);
    }

    /// <summary>A folder with databases and a key, which each crash gets a copy of, so that it meets a request and not their making.</summary>
    private async Task PrepareAsync()
    {
        var pao = Pao(data: Fresh);
        await pao.StartAsync();
        await pao.SignalAsync("TERM");
        await pao.WaitForExitAsync(TimeSpan.FromSeconds(30));
        await pao.DisposeAsync();
    }

    private async Task<string> CrashAtAsync(string point, Workload work)
    {
        CopyFolder(Folder(Fresh), Folder(point));
        var pao = Pao(data: point);

        pao.Launch(("PAO_CRASH_AT", point));
        var submitted = SubmitOnceAsync(pao, work, point);
        await pao.WaitForExitAsync(TimeSpan.FromMinutes(3));
        Assert.True(pao.ExitCode == 137, $"the process was to kill itself at {point}, but ended with {pao.ExitCode}:\n{pao.Output}");
        var before = await submitted;

        await pao.StartAsync();
        var id = await pao.Api.SubmitUntilAcceptedAsync(work.Item, Named(point), point);
        Assert.True(before is null || before == id, $"at {point} the key made two requests");
        var end = await pao.Api.EndOfAsync(id);
        Assert.True(end == "completed", $"after the crash at {point} the request is {end}");
        await work.AssertHistoriesAsync(pao.Api, id);
        await pao.DisposeAsync();
        return id;
    }

    /// <summary>Asks until the process is there to be asked; null when it died before it answered.</summary>
    private static async Task<string?> SubmitOnceAsync(PaoProcess pao, Workload work, string point)
    {
        string? id = null;
        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    using var response = await pao.Api.SendAsync(
                        HttpMethod.Post, "/requests", PaoApi.Submission(work.Item, Named(point)), point);
                    if (response.StatusCode == HttpStatusCode.Accepted)
                        id = System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync())?["id"]?.GetValue<string>();
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                {
                    // It crashed.
                }

                return id is not null || pao.HasExited;
            },
            () => $"the process crashes at {point}");
        return id;
    }
}

/// <summary>Its components are the three steps of which most tests make their requests.</summary>
public sealed class BundleCrashPointTests : CrashPointTests
{
    [Fact]
    public Task A_crash_at_any_named_point_costs_a_bundle_nothing_but_time() => CrashEverywhereAsync(Workload.Bundle);
}

public sealed class EffectsCrashPointTests : CrashPointTests
{
    [Fact]
    public async Task Effects_that_go_on_or_are_looked_for_bear_a_crash_at_any_named_point()
    {
        var points = await CrashEverywhereAsync(Workload.Effects);

        Assert.Superset(
            new HashSet<string> { "action.before-probe", "action.after-probe", "action.after-look", "action.after-look-noted" }, points.ToHashSet());
    }
}
