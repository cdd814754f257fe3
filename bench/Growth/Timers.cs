using System.Diagnostics;
using System.Globalization;

namespace Pao.Bench.Growth;

/// <summary>Timers that wait in the store, and how fast they fire when all are due at one moment.</summary>
internal static class Timers
{
    private const string Open = "select count(*) from task_hub.instance where completed_at is null";

    public static async Task RunAsync(Setup setup)
    {
        Table.Head(
            "Pending timers, all due at one moment",
            "store", "timers", "ready ms", "working set MiB while they wait", ".NET heap MiB", "first half fired/s", "all fired/s", "working set MiB after");
        await setup.OnEachStoreAsync(store => MeasureAsync(setup, store));
    }

    private static async Task MeasureAsync(Setup setup, Store store)
    {
        var count = setup.Scaled(100_000);
        var due = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(10 + 50 * Math.Min(1, setup.Scale));
        await using (var engine = await Engine.StartAsync(store, options => options.ResidentBytes = 0))
        {
            await engine.StartManyAsync(Workloads.Sleep, due, count);
            await Idle.WaitAsync(store);
        }

        if (due < TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(4))
            throw new TimeoutException($"The machine is too slow for {count} timers: choose fewer by --quick.");

        using var child = Child.Start("timers", store, due.ToString("O"), count.ToString(CultureInfo.InvariantCulture));
        var ready = await child.ReadAsync<Ready>();
        var waiting = await child.ReadAsync<Memory>();
        var fired = await child.ReadAsync<TimerFigures>();
        Table.Row($"| {store.Name} | {count:N0} | {ready.Milliseconds:N0} | {waiting.WorkingSetMib:F0} | {waiting.HeapMib:F1} | {fired.HalfPerSecond:N0} | {fired.AllPerSecond:N0} | {fired.WorkingSetMib:F0} |");
    }

    /// <summary>In a process of its own, whose engine fires them.</summary>
    public static async Task MeasureAsync(Store store, string[] arguments)
    {
        var due = DateTime.Parse(arguments[0], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
        var count = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        await Task.Delay(1000); // what a start has to do is over
        Child.Tell(Memory.Now());
        await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(0, (due - TimeProvider.System.GetUtcNow().UtcDateTime).TotalMilliseconds)));

        var started = Stopwatch.GetTimestamp();
        double? half = null;
        for (var open = (long)count; open > 0; open = await store.ReadAsync(Open))
        {
            if (open <= count / 2)
                half ??= (count - open) / Stopwatch.GetElapsedTime(started).TotalSeconds;
            await Task.Delay(250);
        }

        var all = count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        Child.Tell(new TimerFigures(half ?? all, all, Environment.WorkingSet / 1048576.0));
    }

    private sealed record TimerFigures(double HalfPerSecond, double AllPerSecond, double WorkingSetMib);
}
