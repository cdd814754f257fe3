namespace Pao.Bench.Growth;

/// <summary>What a turn costs an instance with a long history: with its orchestrator kept, and read and replayed.</summary>
internal static class History
{
    public static async Task RunAsync(Setup setup)
    {
        Table.Head(
            "An event to an instance with a long history",
            "store", "events", "instances", "orchestrator kept, p50 ms", "after a restart: read and replayed, p50 ms");
        await setup.OnEachStoreAsync(MeasureAsync);
    }

    private static async Task MeasureAsync(Store store)
    {
        List<(List<string> Ids, int Events, double Kept)> sizes = [];
        string warm;
        await using (var engine = await Engine.StartAsync(store, options => options.IdleRelease = TimeSpan.FromSeconds(3)))
        {
            warm = await engine.StartRingAsync(100);
            foreach (var (events, count) in ((int, int)[])[(10, 100), (100, 50), (1_000, 20), (10_000, 6)])
            {
                var steps = Math.Max(1, events / Workloads.EventsOfStep - 1);
                List<string> ids = [.. await Task.WhenAll(Enumerable.Range(0, count).Select(_ => engine.StartRingAsync(steps)))];
                List<double> kept = [];
                foreach (var id in ids)
                    kept.Add(await engine.PingAsync(id));
                sizes.Add((ids, await engine.CountEventsAsync(ids[0]), kept.Median()));
            }

            await Idle.WaitAsync(store);
        }

        await using var restarted = await Engine.StartAsync(store);
        for (var i = 0; i < 20; i++)
            await restarted.PingAsync(warm);
        foreach (var (ids, events, kept) in sizes)
        {
            List<double> replayed = [];
            foreach (var id in ids)
                replayed.Add(await restarted.PingAsync(id));
            Table.Row($"| {store.Name} | {events:N0} | {ids.Count} | {kept:F2} | {replayed.Median():F2} |");
        }
    }
}
