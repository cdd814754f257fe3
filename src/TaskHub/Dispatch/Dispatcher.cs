using Pao.TaskHub.Residency;

namespace Pao.TaskHub.Dispatch;

/// <summary>Brings turns and activities to the workers that have room for them. Guarded by the hub's lock.</summary>
internal sealed class Dispatcher(Func<Resident, WorkerStream, bool> startTurn, Isolation isolation, TimeProvider time)
{
    private readonly List<WorkerStream> _streams = [];
    private readonly LinkedList<Resident> _turns = [];
    private readonly LinkedList<ActivityItem> _activities = [];
    private readonly Dictionary<string, ActivityItem> _running = [];
    private int _next;

    public IReadOnlyList<WorkerStream> Streams => _streams;

    /// <summary>Turns that wait for room.</summary>
    public int WaitingTurns => _turns.Count;

    public int WaitingActivities => _activities.Count;

    /// <summary>Activities in workers' hands, by completion token.</summary>
    public IReadOnlyDictionary<string, ActivityItem> Running => _running;

    /// <summary>How long the turn or activity at the head of its queue has waited.</summary>
    public TimeSpan OldestWait
    {
        get
        {
            var turn = Waited(_turns.First?.Value.WaitsSince);
            var activity = Waited(_activities.First?.Value.WaitsSince);
            return turn > activity ? turn : activity;
        }
    }

    public void Add(WorkerStream stream)
    {
        _streams.Add(stream);
        Pump();
    }

    /// <summary>Takes a stream out; what it had in hand is the caller's to give back.</summary>
    public void Remove(WorkerStream stream)
    {
        _streams.Remove(stream);
        stream.Close();
    }

    /// <summary>Hands the instance's turn to the worker that keeps its orchestrator, else to any with room, else it waits.</summary>
    public void Enqueue(Resident resident)
    {
        if (resident.Losses?.OfTurn >= isolation.FirstSuspectLoss)
        {
            resident.Queued = true;
            isolation.Add(new SuspectTurn(resident));
            PumpSuspects();
            return;
        }

        if (FindForTurn(resident) is { } stream)
        {
            startTurn(resident, stream);
            return;
        }

        resident.Queued = true;
        resident.WaitsSince = TimeProvider.System.GetTimestamp();
        _turns.AddLast(resident);
    }

    public void Enqueue(ActivityItem item)
    {
        if (item.Losses >= isolation.FirstSuspectLoss)
        {
            item.WaitsSince = time.GetTimestamp();
            isolation.Add(new SuspectActivity(item));
            PumpSuspects();
        }
        else if (FindForActivity(item) is { } stream)
            Start(item, stream);
        else
        {
            item.WaitsSince = time.GetTimestamp();
            _activities.AddLast(item);
        }
    }

    /// <summary>Takes activities out of the queue that no stream accepts and that have waited for the given time.</summary>
    public IReadOnlyList<ActivityItem> TakeUnaccepted(TimeSpan patience, int limit, Func<ActivityItem, bool> canGo)
    {
        List<ActivityItem> taken = [];
        if (_streams.Any(stream => stream.AcceptsAllActivities))
            return taken;

        Dictionary<(string Name, string? Version), bool> accepted = [];
        for (var node = _activities.First; node is not null && taken.Count < limit;)
        {
            var (item, next) = (node.Value, node.Next);
            if (time.GetElapsedTime(item.WaitsSince) < patience)
                break; // so have all behind it

            var task = (item.Name, item.Scheduled.TaskScheduled.Version);
            if (!accepted.TryGetValue(task, out var isAccepted))
                accepted.Add(task, isAccepted = AnyAcceptsActivity(task.Name, task.Version));
            if (!isAccepted && !item.Dropped && canGo(item))
            {
                _activities.Remove(node);
                taken.Add(item);
            }

            node = next;
        }

        taken.AddRange(isolation.Take(item => time.GetElapsedTime(item.WaitsSince) >= patience
            && !AnyAcceptsActivity(item.Name, item.Scheduled.TaskScheduled.Version) && !item.Dropped && canGo(item)));
        return taken;
    }

    /// <summary>Takes a waiting turn out of the queue.</summary>
    public void Withdraw(Resident resident)
    {
        if (!resident.Queued)
            return;

        resident.Queued = false;
        if (!isolation.Remove(new SuspectTurn(resident)))
            _turns.Remove(resident);
    }

    /// <summary>Ends a worker's hold on an activity.</summary>
    public void Finish(ActivityItem item)
    {
        _running.Remove(item.Token);
        item.Stream?.Activities.Remove(item);
        item.Stream = null;
    }

    /// <summary>Fills free room with what waits, oldest first.</summary>
    public void Pump()
    {
        PumpSuspects();
        PumpTurns();
        PumpActivities();
    }

    public bool AnyAccepts(Resident resident) => _streams.Any(stream => Accepts(stream, resident));

    public bool AnyAcceptsActivity(string name, string? version)
    {
        foreach (var stream in _streams)
            if (stream.AcceptsActivity(name, version))
                return true;

        return false;
    }

    /// <summary>How many activities all streams together take at a time.</summary>
    public int ActivitySlots => _streams.Sum(stream => stream.ActivityLimit);

    public bool Has(WorkerStream stream) => _streams.Contains(stream);

    public void Clear()
    {
        foreach (var resident in _turns)
            resident.Queued = false;
        _turns.Clear();
        _activities.Clear();
        isolation.Clear();
    }

    /// <summary>First: an empty stream is for them.</summary>
    private void PumpSuspects()
    {
        while (isolation.Next(_streams) is { } trial)
        {
            if (trial.Item is SuspectTurn { Resident: var resident })
            {
                resident.Queued = false;
                startTurn(resident, trial.Stream);
            }
            else if (trial.Item is SuspectActivity { Item: var item })
                Start(item, trial.Stream);
            isolation.Begin(trial);
        }
    }

    private void PumpTurns()
    {
        for (var node = _turns.First; node is not null && _streams.Any(stream => stream.HasTurnSlot);)
        {
            var next = node.Next;
            if (FindForTurn(node.Value) is { } stream)
            {
                _turns.Remove(node);
                node.Value.Queued = false;
                startTurn(node.Value, stream);
            }

            node = next is { List: null } ? _turns.First : next;
        }
    }

    private void PumpActivities()
    {
        for (var node = _activities.First; node is not null && _streams.Any(stream => stream.HasActivitySlot);)
        {
            var next = node.Next;
            if (node.Value.Dropped)
                _activities.Remove(node);
            else if (FindForActivity(node.Value) is { } stream)
            {
                _activities.Remove(node);
                Start(node.Value, stream);
            }

            node = next;
        }
    }

    private void Start(ActivityItem item, WorkerStream stream)
    {
        item.Token = CompletionToken.New();
        item.Stream = stream;
        item.Reported = false;
        item.RunsSince = TimeProvider.System.GetTimestamp();
        _running.Add(item.Token, item);
        stream.Activities.Add(item);
        stream.Send(item.ToWorkItem());
    }

    private WorkerStream? FindForTurn(Resident resident)
    {
        if (resident.Session is { HasTurnSlot: true } session && _streams.Contains(session))
            return session;

        return Find(stream => stream.HasTurnSlot && Accepts(stream, resident));
    }

    private WorkerStream? FindForActivity(ActivityItem item) =>
        Find(stream => stream.HasActivitySlot
            && stream.AcceptsActivity(item.Name, item.Scheduled.TaskScheduled.Version));

    /// <summary>Streams take turns, so that one worker does not get all.</summary>
    private WorkerStream? Find(Func<WorkerStream, bool> fits)
    {
        for (var i = 0; i < _streams.Count; i++)
        {
            var stream = _streams[(_next + i) % _streams.Count];
            if (!fits(stream))
                continue;

            _next = (_next + i + 1) % _streams.Count;
            return stream;
        }

        return null;
    }

    private static TimeSpan Waited(long? since) =>
        since is { } start ? TimeProvider.System.GetElapsedTime(start) : TimeSpan.Zero;

    private static bool Accepts(WorkerStream stream, Resident resident) =>
        stream.AcceptsOrchestrator(resident.State.Name, resident.State.Version);
}
