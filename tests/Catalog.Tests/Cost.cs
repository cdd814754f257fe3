using System.Diagnostics;
using System.Globalization;

namespace Pao.Catalog.Tests;

/// <summary>
/// What hostile input may cost: a second of this thread, and 50 MB, counted as all that is allocated, most of it for a
/// moment. Time is the processor's where the system tells it, so that a busy machine makes no difference.
/// </summary>
internal sealed class Cost
{
    private const long MaxBytes = 50_000_000;

    /// <summary>Linux counts in hundredths.</summary>
    private const string ThreadTimes = "/proc/thread-self/stat";

    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1);

    private readonly long _before = GC.GetAllocatedBytesForCurrentThread();
    private readonly TimeSpan _started = Now();

    public static Cost Start() => new();

    public void Check()
    {
        Assert.InRange(Now() - _started, TimeSpan.Zero, MaxTime);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - _before, 0, MaxBytes);
    }

    private static TimeSpan Now()
    {
        if (!File.Exists(ThreadTimes))
        {
            return Stopwatch.GetElapsedTime(0);
        }

        // The thread's name may hold spaces; after its bracket the 12th and 13th are the times in user and kernel mode.
        var text = File.ReadAllText(ThreadTimes);
        var columns = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        var hundredths = long.Parse(columns[11], CultureInfo.InvariantCulture) + long.Parse(columns[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromMilliseconds(10 * hundredths);
    }
}
