namespace Pao.TaskHub.Dispatch;

/// <summary>
/// Tries suspects alone: one at a time, those with the fewest losses first, each on a stream that has nothing else in hand
/// and gets nothing else. A stream that is busy is kept free for it as long as a trial takes; when it has not run empty by
/// then, the suspect is given out beside what is left there. Between two trials, others have as long. Guarded by the hub's
/// lock.
/// </summary>
/// <param name="options">How many losses there may be, and how long a trial takes.</param>
/// <param name="time">This process's clock.</param>
/// <param name="begun">Told of each trial that begins.</param>
internal sealed class Isolation(TaskHubOptions options, TimeProvider time, Action<Trial> begun)
{
    private readonly List<SuspectItem> _waiting = [];
    private long _ended;
    private TimeSpan _pause;

    /// <summary>The suspect that has its turn, or is about to.</summary>
    public Trial? Current { get; private set; }

    public int Waiting => _waiting.Count;

    public bool IsIdle => Current is null && _waiting.Count == 0;

    /// <summary>From this many losses in a row on. The first one hits whoever is out by chance.</summary>
    public int FirstSuspectLoss { get; } = Math.Min(2, options.MaxAttempts - 1);

    public void Add(SuspectItem item) => _waiting.Add(item);

    /// <summary>Takes a suspect out that waits. False when it is not here.</summary>
    public bool Remove(SuspectItem item)
    {
        if (Current is { Hand: null } trial && trial.Item == item)
            End();
        return _waiting.Remove(item);
    }

    /// <summary>Takes waiting activities out.</summary>
    public IReadOnlyList<ActivityItem> Take(Func<ActivityItem, bool> goes)
    {
        List<ActivityItem> gone = [.. _waiting.OfType<SuspectActivity>().Select(suspect => suspect.Item).Where(goes)];
        foreach (var item in gone)
            Remove(new SuspectActivity(item));
        return gone;
    }

    /// <summary>Whether nothing else has been out on the suspect's stream since it was given out there.</summary>
    public bool IsAlone(SuspectItem item) => Current is { IsAlone: true, Hand: { } hand } trial && trial.Item == item && Equals(item.Hand, hand);

    public void Clear()
    {
        _waiting.Clear();
        End();
    }

    /// <summary>The trial is over: its stream is like any other.</summary>
    public void End()
    {
        if (Current is not { } trial)
            return;

        trial.Stream.IsReserved = false;
        _ended = time.GetTimestamp();
        _pause = time.GetElapsedTime(trial.Since, _ended);
        Current = null;
    }

    /// <summary>The suspect to give out now, with the stream for it; null when none can be.</summary>
    public Trial? Next(IReadOnlyList<WorkerStream> streams)
    {
        if (IsIdle)
            return null;

        if (Current is { } trial && IsOver(trial, streams))
            End();
        Current ??= Choose(streams);
        if (Current is not { Hand: null } chosen)
            return null;

        if (!chosen.Stream.IsEmpty && streams.FirstOrDefault(stream => stream.IsEmpty && chosen.Item.Fits(stream)) is { } free)
            chosen.MoveTo(free);
        chosen.IsAlone = chosen.Stream.IsEmpty;
        return chosen.IsAlone || time.GetElapsedTime(chosen.Since) >= options.SuspectTime ? chosen : null;
    }

    /// <summary>The suspect of <see cref="Next"/> was given out, or there was nothing to give out.</summary>
    public void Begin(Trial trial)
    {
        _waiting.Remove(trial.Item);
        if (trial.Item.Hand is not { } hand)
        {
            End();
            return;
        }

        trial.Hand = hand;
        trial.Stream.IsReserved = trial.IsAlone;
        begun(trial);
    }

    private Trial? Choose(IReadOnlyList<WorkerStream> streams)
    {
        if (time.GetElapsedTime(_ended) < _pause)
            return null;

        _waiting.RemoveAll(item => !item.IsWanted);
        foreach (var item in _waiting.OrderBy(item => item.Losses))
        {
            if (streams.Where(item.Fits).MinBy(stream => stream.Turns.Count + stream.Activities.Count) is not { } stream)
                continue;

            return new Trial(item, stream, time.GetTimestamp());
        }

        return null;
    }

    private static bool IsOver(Trial trial, IReadOnlyList<WorkerStream> streams) =>
        !streams.Contains(trial.Stream) || (trial.Hand is { } hand ? !Equals(trial.Item.Hand, hand) : !trial.Item.IsWanted);
}

/// <summary>A suspect and the stream that it is tried on.</summary>
internal sealed class Trial
{
    public Trial(SuspectItem item, WorkerStream stream, long since)
    {
        (Item, Stream, Since) = (item, stream, since);
        stream.IsReserved = true;
    }

    public SuspectItem Item { get; }

    public WorkerStream Stream { get; private set; }

    /// <summary>Since when a stream is kept free for it, by this process's monotonic clock.</summary>
    public long Since { get; }

    /// <summary>The hand-over; null before it.</summary>
    public object? Hand { get; set; }

    public bool IsAlone { get; set; }

    public void MoveTo(WorkerStream stream)
    {
        Stream.IsReserved = false;
        Stream = stream;
        Stream.IsReserved = true;
    }
}
