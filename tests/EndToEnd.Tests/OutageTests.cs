using System.Text.Json.Nodes;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>A system that is away for a while costs time, and nobody's attention.</summary>
public sealed class OutageTests : EndToEndTest
{
    [Fact]
    public async Task Requests_wait_for_a_system_that_is_away_and_go_on_when_it_is_back()
    {
        var pao = Pao();
        await pao.StartAsync(
            ("Pao__Resilience__FewestCalls", "4"), ("Pao__Resilience__FirstBreak", "00:00:01"), ("Pao__Resilience__LongestBreak", "00:00:02"),
            ("Pao__Resilience__WaveInterval", "00:00:00.5"));
        await Sandbox.BreakAsync(1.0);
        List<string> requests = [];
        for (var n = 0; n < 12; n++)
            requests.Add(await pao.Api.SubmitAsync("testing-three-steps", Named($"n{n}")));

        // Who shows no key is told that something is away, and not what.
        JsonNode health = new JsonObject();
        await Until.TrueAsync(
            async () => (string?)(health = await pao.Api.GetAsync("/health"))["systems"]?[0]?["state"] is "open" or "half_open",
            () => $"the breaker is open: {health}");
        Assert.Equal(Sandbox.Url, (string?)health["systems"]?[0]?["name"]);
        Assert.Equal("503", (string?)health["systems"]?[0]?["last_error"]);
        using var http = new HttpClient();
        var open = JsonNode.Parse(await http.GetStringAsync(new Uri($"{pao.Url}/api/v1/health"), TestContext.Current.CancellationToken));
        Assert.Equal(("down", null), ((string?)open?["parts"]?["systems"], open?["systems"]?.ToJsonString()));
        Assert.Equal("up", (string?)open?["status"]);

        await Sandbox.BreakAsync(0);

        foreach (var id in requests)
            await Until.TrueAsync(
                async () => await pao.Api.StatusAsync(id) is "completed" or "failed", () => $"request {id} ends");
        var ends = await Task.WhenAll(requests.Select(pao.Api.StatusAsync));
        Assert.InRange(ends.Count(end => end is "completed"), requests.Count - 2, requests.Count); // two may have used their tries before it opened
    }
}
