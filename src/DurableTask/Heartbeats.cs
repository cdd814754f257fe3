namespace Pao.DurableTask;

/// <summary>
/// Which loops of this process still come round. A loop that is dead or stuck cannot tell so; it is found because it does
/// not say that it is alive.
/// </summary>
public sealed class Heartbeats(TimeProvider time)
{
    /// <summary>How long a loop may be silent beyond the rest that it announced.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<Heartbeat> _beats = [];

    /// <summary>Takes a loop in, which has <see cref="Patience"/> to begin.</summary>
    /// <param name="loop">Its name, for operators; loops of one kind may share it.</param>
    public Heartbeat Of(string loop)
    {
        var beat = new Heartbeat(loop, time, Remove);
        lock (_gate)
            _beats.Add(beat);
        return beat;
    }

    /// <summary>How each loop stands that has not ended on purpose, by name.</summary>
    public IReadOnlyList<LoopStanding> Look()
    {
        lock (_gate)
            return [.. _beats.Select(beat => beat.Look(Patience)).OrderBy(loop => loop.Loop, StringComparer.Ordinal)];
    }

    private void Remove(Heartbeat beat)
    {
        lock (_gate)
            _beats.Remove(beat);
    }
}

/// <summary>How a loop stands.</summary>
/// <param name="Loop">Its name.</param>
/// <param name="IsAlive">Whether it came round within the time that it has for that.</param>
/// <param name="LastBeat">When it last came round.</param>
public sealed record LoopStanding(string Loop, bool IsAlive, DateTimeOffset LastBeat);
