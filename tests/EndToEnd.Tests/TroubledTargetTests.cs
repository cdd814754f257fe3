using System.Globalization;
using System.Text.Json.Nodes;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>
/// Many requests at once, for a system that is away, and comes back with a fifth of the calls failing and one in twenty hanging after its effect.
/// <c>PAO_TEST_REQUESTS</c> says how many.
/// </summary>
public sealed class TroubledTargetTests : EndToEndTest
{
    private const int Usual = 200;
    private const int TicketEvery = 5;
    private const int MostMebibytes = 500;

    private static readonly string[] Unfinished = ["submitted", "validating", "queued", "in_progress"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static int Requests =>
        int.TryParse(Environment.GetEnvironmentVariable("PAO_TEST_REQUESTS"), CultureInfo.InvariantCulture, out var count) ? count : Usual;

    [Fact]
    public async Task Requests_for_a_system_in_trouble_all_end_and_none_of_their_effects_happens_twice()
    {
        var seed = Environment.TickCount;
        var begun = TimeProvider.System.GetTimestamp();
        var pao = Pao();
        await pao.StartAsync(
            ("Pao__Activities__DefaultTimeout", "00:00:02"), ("Pao__Resilience__FewestCalls", "10"), ("Pao__Resilience__SamplingTime", "00:00:05"),
            ("Pao__Resilience__FirstBreak", "00:00:01"), ("Pao__Resilience__LongestBreak", "00:00:02"), ("Pao__Resilience__WaveInterval", "00:00:00.2"));
        await Sandbox.SetJiraAsync(new
        {
            auto_resolve_milliseconds = 200,
            webhook_url = $"{pao.Url}/api/v1/webhooks/jira",
            webhook_secret = "sandbox-jira-webhook",
        });
        await Sandbox.BreakAsync(1);

        List<string> ids = [];
        foreach (var some in Enumerable.Range(0, Requests).Chunk(50))
            ids.AddRange(await Task.WhenAll(some.Select(n => pao.Api.SubmitAsync(ItemOf(n), Named($"n{n}")))));
        await Until.TrueAsync(async () => (await StatesAsync(pao)).Contains("open"), () => "a breaker opens");
        await Sandbox.BreakAsync(0.2, hang: 0.05, seed);
        var states = await WatchAsync(pao);

        var ends = await EndsAsync(pao, ids);
        await AssertEffectsAsync(ends);
        await Sandbox.BreakAsync(0);
        var after = await pao.Api.SubmitAsync(ItemOf(1), Named("after"));
        Assert.Equal("completed", await pao.Api.EndOfAsync(after));
        Assert.All((await pao.Api.GetAsync("/health"))["systems"]!.AsArray(), system => Assert.Equal(0, (int?)system!["parked"]));

        var peak = await PeakMebibytesAsync(pao.Id);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"seed {seed}: {Requests} requests in {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0} s, {ends.Count(end => end.Status == "failed")} failed, "
            + $"{(await Sandbox.LedgerAsync()).Count} calls, breakers seen {string.Join(", ", states)}, at most {peak} MiB");
        Assert.Contains("closed", states); // that one was open was waited for
        Assert.InRange(peak, 1, MostMebibytes);
    }

    private static string ItemOf(int n) => n % TicketEvery == 0 ? "testing-trouble-ticket" : "testing-trouble";

    /// <summary>Looks at the breakers until no request is in work any more.</summary>
    private static async Task<SortedSet<string>> WatchAsync(PaoProcess pao)
    {
        SortedSet<string> states = [];
        var left = 0;
        await Until.TrueAsync(
            async () =>
            {
                states.UnionWith(await StatesAsync(pao));
                left = 0;
                foreach (var status in Unfinished)
                    left += (await pao.Api.GetAsync($"/requests?status={status}&limit=200"))["data"]!.AsArray().Count;
                return left == 0;
            },
            () => $"no request is in work; {left} are, or more:\n{pao.Output}",
            Patience);
        return states;
    }

    private static async Task<IReadOnlyList<string>> StatesAsync(PaoProcess pao) =>
        [.. ((await pao.Api.GetAsync("/health"))["systems"]?.AsArray() ?? []).Select(system => (string?)system!["state"] ?? "")];

    private static async Task<IReadOnlyList<(string Id, string Status, JsonNode Details)>> EndsAsync(PaoProcess pao, List<string> ids)
    {
        List<(string Id, string Status, JsonNode Details)> ends = [];
        foreach (var id in ids)
        {
            var details = await pao.Api.GetAsync($"/requests/{id}");
            ends.Add((id, (string?)details["status"] ?? "", details));
        }

        foreach (var (id, status, details) in ends)
        {
            Assert.True(status is "completed" or "failed", $"{id} is {status}");
            if (status is "failed") // only after all its tries: the first and five more
                Assert.Contains(details["actions"]!.AsArray(), action => (string?)action!["status"] == "failed" && (int?)action["attempts"] == 6);
        }

        Assert.InRange(ends.Count(end => end.Status == "completed"), ids.Count * 9 / 10, ids.Count);
        return ends;
    }

    /// <summary>One body and at most one effect for each key; of a request that is completed, the effects of all of its actions.</summary>
    private async Task AssertEffectsAsync(IReadOnlyList<(string Id, string Status, JsonNode Details)> ends)
    {
        var ledger = (await Sandbox.LedgerAsync()).Where(entry => entry.Key is not null).ToList();
        Assert.DoesNotContain(ledger, entry => entry.Outcome == "conflict");
        var effects = ledger.Where(entry => entry.Outcome == "effect").ToLookup(entry => entry.Key);
        Assert.All(effects, same => Assert.Single(same));
        foreach (var (id, _, details) in ends.Where(end => end.Status == "completed"))
            foreach (var action in details["actions"]!.AsArray())
                Assert.True(effects.Contains($"{id}:{action!["id"]}:0"), $"{id} is completed without the effect of {action["id"]}");
    }

    private static async Task<int> PeakMebibytesAsync(int process)
    {
        var lines = await File.ReadAllLinesAsync($"/proc/{process}/status", TestContext.Current.CancellationToken);
        return int.Parse(lines.Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
