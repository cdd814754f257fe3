using Google.Protobuf.WellKnownTypes;

namespace Pao.TaskHub.Timers;

/// <summary>
/// The store's time, carried on by this process's monotonic clock between two looks at it: all nodes of a hub agree on
/// it, and a step of a process's own clock moves nothing. By it, too, when a process of the hub last died.
/// </summary>
internal sealed class HubClock(TimeProvider time)
{
    private long _offset;
    private long _crashedAt = long.MinValue;

    /// <summary>Whole microseconds, which is what the stores keep.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var ticks = Elapsed.Ticks + Interlocked.Read(ref _offset);
            return new DateTimeOffset(ticks - (ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        }
    }

    /// <summary>What only this process's monotonic clock says: no step of the store's moves it.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(0);

    public Timestamp Timestamp => Now.ToTimestamp();

    /// <summary>Takes over the store's time, and what it knows of crashes.</summary>
    public void Set(DateTimeOffset now, DateTimeOffset? crashedAt)
    {
        Interlocked.Exchange(ref _offset, now.UtcTicks - Elapsed.Ticks);
        if (crashedAt is { } at)
            Interlocked.Exchange(ref _crashedAt, at.UtcTicks);
    }

    /// <summary>Whether the last crash of a process of the hub is no longer ago than the time.</summary>
    public bool IsAfterCrash(TimeSpan time) => Now.UtcTicks - time.Ticks < Interlocked.Read(ref _crashedAt);
}
