using System.Net;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>The process kills itself at each named point once: before and after intent, call, receipt, commit, hand-over, answer.</summary>
public sealed class CrashPointTests : EndToEndTest
{
    [Fact]
    public async Task A_crash_at_any_named_point_costs_nothing_but_time()
    {
        var (points, scouted) = await FindPointsAsync();
        Assert.Superset(
            new HashSet<string>
            {
                "action.before-intent", "action.after-intent", "action.before-call", "action.after-call", "action.before-receipt",
                "action.after-receipt", "hub.before-commit", "hub.after-commit", "hub.before-hand-over", "hub.after-hand-over",
                "hub.before-answer", "hub.after-answer", "api.before-insert", "api.after-insert", "api.after-start",
            },
            points.ToHashSet());

        List<string> accepted = [scouted];
        foreach (var point in points)
            accepted.Add(await CrashAtAsync(point));

        await AssertEffectsAsync(accepted, "first", "second", "third");
    }

    /// <summary>Runs one request through and notes which points it passes.</summary>
    private async Task<(IReadOnlyList<string> Points, string RequestId)> FindPointsAsync()
    {
        var log = Folder("points");
        var scout = Pao(data: "scout");
        await scout.StartAsync(("PAO_CRASH_LOG", log));
        var id = await scout.Api.SubmitAsync("testing-three-steps", Named("scout"));
        Assert.Equal("completed", await scout.Api.EndOfAsync(id));
        await scout.DisposeAsync();
        return (await File.ReadAllLinesAsync(log), id);
    }

    private async Task<string> CrashAtAsync(string point)
    {
        var pao = Pao(data: point);
        await pao.StartAsync(); // makes the databases and the key, so that the crash meets a request
        await pao.SignalAsync("TERM");
        await pao.WaitForExitAsync(TimeSpan.FromSeconds(30));

        pao.Launch(("PAO_CRASH_AT", point));
        var submitted = SubmitOnceAsync(pao, point);
        await pao.WaitForExitAsync(TimeSpan.FromSeconds(60));
        Assert.True(pao.ExitCode == 137, $"the process was to kill itself at {point}, but ended with {pao.ExitCode}:\n{pao.Output}");
        var before = await submitted;

        await pao.StartAsync();
        var id = await pao.Api.SubmitUntilAcceptedAsync("testing-three-steps", Named(point), point);
        Assert.True(before is null || before == id, $"at {point} the key made two requests");
        var end = await pao.Api.EndOfAsync(id);
        Assert.True(end == "completed", $"after the crash at {point} the request is {end}");
        await AssertHistoryAsync(pao.Api, id);
        await pao.DisposeAsync();
        return id;
    }

    /// <summary>Asks until the process is there to be asked; null when it died before it answered.</summary>
    private static async Task<string?> SubmitOnceAsync(PaoProcess pao, string point)
    {
        string? id = null;
        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    using var response = await pao.Api.SendAsync(
                        HttpMethod.Post, "/requests", PaoApi.Submission("testing-three-steps", Named(point)), point);
                    if (response.StatusCode == HttpStatusCode.Accepted)
                        id = System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync())?["id"]?.GetValue<string>();
                }
                catch (HttpRequestException)
                {
                }

                return id is not null || pao.HasExited;
            },
            () => $"the process crashes at {point}");
        return id;
    }
}
