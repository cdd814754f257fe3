using Google.Protobuf.WellKnownTypes;

namespace Pao.TaskHub.Timers;

/// <summary>
/// The store's time, carried on by this process's monotonic clock between two looks at it: all nodes of a hub agree on
/// it, and a step of a process's own clock moves nothing.
/// </summary>
internal sealed class HubClock(TimeProvider time)
{
    private long _offset;

    /// <summary>Whole microseconds, which is what the stores keep.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var ticks = Elapsed() + Interlocked.Read(ref _offset);
            return new DateTimeOffset(ticks - (ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        }
    }

    public Timestamp Timestamp => Now.ToTimestamp();

    /// <summary>Takes over the store's time.</summary>
    public void Set(DateTimeOffset now) => Interlocked.Exchange(ref _offset, now.UtcTicks - Elapsed());

    private long Elapsed() => time.GetElapsedTime(0).Ticks;
}
