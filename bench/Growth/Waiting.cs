using System.Text.Json;

namespace Pao.Bench.Growth;

/// <summary>Instances that wait for an event: what they cost a process that has just started, and an event to one of them.</summary>
internal static class Waiting
{
    private const int Asked = 300;
    private const int Warm = 50;

    public static async Task RunAsync(Setup setup)
    {
        Table.Head(
            "Idle waiting instances",
            "store", "instances", "started/s", "ready ms", "working set MiB", ".NET heap MiB", "event to one, p50 ms", "p99 ms");
        await setup.OnEachStoreAsync(store => MeasureAsync(setup, store));
    }

    private static async Task MeasureAsync(Setup setup, Store store)
    {
        List<string> ids = [];
        foreach (var count in ((int[])[1_000, 10_000, 100_000]).Select(setup.Scaled))
        {
            var perSecond = await FillAsync(store, ids, count - ids.Count);
            using var child = Child.Start("waiting", store);
            var ready = await child.ReadAsync<Ready>();
            var memory = await child.ReadAsync<Memory>();
            await child.TellAsync(JsonSerializer.Serialize(Random.Shared.GetItems(ids.ToArray(), Asked + Warm)));
            var events = await child.ReadAsync<EventFigures>();
            Table.Row($"| {store.Name} | {count:N0} | {perSecond:N0} | {ready.Milliseconds:N0} | {memory.WorkingSetMib:F0} | {memory.HeapMib:F1} | {events.P50:F2} | {events.P99:F2} |");
        }
    }

    private static async Task<double> FillAsync(Store store, List<string> ids, int count)
    {
        await using var engine = await Engine.StartAsync(store, options => options.ResidentBytes = 0);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        ids.AddRange(await engine.StartManyAsync(Workloads.Ring, new RingInput(0, null), count));
        var perSecond = count / System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds;
        await Idle.WaitAsync(store);
        return perSecond;
    }

    /// <summary>In a process of its own.</summary>
    public static async Task MeasureAsync(Engine engine)
    {
        await Task.Delay(2000); // what a start has to do is over
        Child.Tell(Memory.Now());
        var ids = JsonSerializer.Deserialize<string[]>(Child.Hear()) ?? [];
        List<double> latencies = [];
        foreach (var id in ids)
            latencies.Add(await engine.PingAsync(id));
        var measured = latencies.Skip(Warm).ToList();
        Child.Tell(new EventFigures(measured.Median(), measured.Quantile(0.99)));
    }

    private sealed record EventFigures(double P50, double P99);
}
