using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>What the kill tests request, and the effects that each request has.</summary>
internal sealed record Workload(string Item, IReadOnlyList<string> Steps, IReadOnlyList<string> Components)
{
    private static readonly string[] Three = ["first", "second", "third"];

    public static Workload ThreeSteps { get; } = new("testing-three-steps", Three, []);

    /// <summary>An effect that goes on after its call, one whose answer is lost, and a webhook.</summary>
    public static Workload Effects { get; } = new("testing-effects", ["job", "keyless", "tell"], []);

    public static Workload Bundle { get; } = new("bundle-testing-pair", Three, ["left", "right", "both"]);

    /// <summary>The actions as idempotency keys name them.</summary>
    public IReadOnlyList<string> Actions => Components.Count == 0
        ? Steps
        : [.. Components.SelectMany(component => Steps.Select(step => $"{component}/{step}"))];

    /// <summary>Its history, and those of its components, tell one start, one end and, of each call, one result.</summary>
    public async Task AssertHistoriesAsync(PaoApi api, string id)
    {
        await EndToEndTest.AssertHistoryAsync(api, id);
        foreach (var component in Components)
            await EndToEndTest.AssertHistoryAsync(api, id, component);
    }
}
