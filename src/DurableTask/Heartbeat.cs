namespace Pao.DurableTask;

/// <summary>
/// What a loop says of itself. It beats when it has done a round that succeeded, or has woken and found nothing to do: one
/// that fails each time makes no progress either.
/// </summary>
public sealed class Heartbeat
{
    private readonly TimeProvider _time;
    private readonly Action<Heartbeat> _end;
    private readonly string _loop;
    private long _last;
    private long _rest;

    internal Heartbeat(string loop, TimeProvider time, Action<Heartbeat> end)
    {
        (_loop, _time, _end) = (loop, time, end);
        Beat();
    }

    /// <summary>The loop has come round.</summary>
    /// <param name="rest">How long it may be now until it does so again, in good health.</param>
    public void Beat(TimeSpan rest = default)
    {
        Volatile.Write(ref _rest, rest.Ticks);
        Volatile.Write(ref _last, _time.GetTimestamp());
    }

    /// <summary>The loop is over, as it should be.</summary>
    public void End() => _end(this);

    internal LoopStanding Look(TimeSpan patience)
    {
        var silent = _time.GetElapsedTime(Volatile.Read(ref _last));
        return new(_loop, silent <= patience + TimeSpan.FromTicks(Volatile.Read(ref _rest)), _time.GetUtcNow() - silent);
    }
}
