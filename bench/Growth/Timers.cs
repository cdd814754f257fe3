using System.Diagnostics;
using System.Globalization;

namespace Pao.Bench.Growth;

/// <summary>Timers that wait in the store, and how fast they fire when all are due at one moment.</summary>
internal static class Timers
{
    private const string Open = "select count(*) from task_hub.instance where completed_at is null";

    /// <summary>How many instances a node lets go a second when its memory is full (a thousand a tick).</summary>
    private const int ReleasedPerSecond = 4_000;

    /// <summary>Without one more timer fired.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

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
        DateTime due;
        await using (var engine = await Engine.StartAsync(store, options => options.ResidentBytes = 0))
        {
            due = Now() + await TimeToStoreAsync(engine, count);
            await Console.Error.WriteLineAsync($"{store.Name}: storing {count:N0} timers, due in {(due - Now()).TotalSeconds:F0} s.");
            await engine.StartManyAsync(Workloads.Sleep, due, count);
            await Idle.WaitAsync(store);
        }

        if (due < Now().AddSeconds(4))
            throw new TimeoutException($"{count} timers took longer to store than a sample foretold: something else uses this machine. Try again, or choose fewer by --quick.");

        using var child = Child.Start("timers", store, due.ToString("O"), count.ToString(CultureInfo.InvariantCulture));
        var ready = await child.ReadAsync<Ready>();
        var waiting = await child.ReadAsync<Memory>();
        var fired = await child.ReadAsync<TimerFigures>();
        Table.Row($"| {store.Name} | {count:N0} | {ready.Milliseconds:N0} | {waiting.WorkingSetMib:F0} | {waiting.HeapMib:F1} | {fired.HalfPerSecond:N0} | {fired.AllPerSecond:N0} | {fired.WorkingSetMib:F0} |");
    }

    /// <summary>What it takes by the rate of a sample, half as much again, and the start of the process that fires them.</summary>
    private static async Task<TimeSpan> TimeToStoreAsync(Engine engine, int count)
    {
        const int sample = 2_000;
        var started = Stopwatch.GetTimestamp();
        await engine.StartManyAsync(Workloads.Sleep, Now(), sample);
        var perInstance = Stopwatch.GetElapsedTime(started) / sample;
        return ((perInstance + (TimeSpan.FromSeconds(1) / ReleasedPerSecond)) * count * 1.5) + TimeSpan.FromSeconds(10);
    }

    /// <summary>In a process of its own, whose engine fires them.</summary>
    public static async Task MeasureAsync(Store store, string[] arguments)
    {
        var due = DateTime.Parse(arguments[0], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
        var count = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        await Task.Delay(1000); // what a start has to do is over
        Child.Tell(Memory.Now());
        await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(0, (due - Now()).TotalMilliseconds)));

        var started = Stopwatch.GetTimestamp();
        double? half = null;
        var (fewest, since) = (long.MaxValue, started);
        for (var open = (long)count; open > 0; open = await store.ReadAsync(Open))
        {
            if (open < fewest)
                (fewest, since) = (open, Stopwatch.GetTimestamp());
            else if (Stopwatch.GetElapsedTime(since) > Patience)
                throw new TimeoutException($"{open} of {count} timers are due and have not fired, and none did for {Patience}.");
            if (open <= count / 2)
                half ??= (count - open) / Stopwatch.GetElapsedTime(started).TotalSeconds;
            await Task.Delay(250);
        }

        var all = count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        Child.Tell(new TimerFigures(half ?? all, all, Environment.WorkingSet / 1048576.0));
    }

    private static DateTime Now() => TimeProvider.System.GetUtcNow().UtcDateTime;

    private sealed record TimerFigures(double HalfPerSecond, double AllPerSecond, double WorkingSetMib);
}
