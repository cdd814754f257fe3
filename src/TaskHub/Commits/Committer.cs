using Microsoft.Extensions.Logging;
using Pao.DurableTask;
using Pao.TaskHub.Metrics;
using Pao.TaskHub.Timers;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Commits;

/// <summary>
/// Group commit: one thread takes all units that wait, writes them in one transaction and tells their owners. While a
/// commit is in flight the next batch gathers by itself; nothing waits on a clock. The same thread renews the node's
/// lease, so that a renewal never waits for anything but the store.
/// </summary>
internal sealed partial class Committer(
    IHubStore store, HubClock clock, TimeProvider time, Lock gate, TimeSpan lease, TaskHubMetrics metrics, ILogger logger, Action lost)
{
    private const int MaxBatch = 256;
    private const int MaxConflicts = 5;

    private readonly object _signal = new();
    private readonly Queue<CommitUnit> _units = [];
    private readonly List<CommitUnit> _batch = new(MaxBatch);
    private readonly Backoff _retry = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));
    private Thread? _thread;
    private Guid? _node;
    private Guid? _last;
    private long _renewed;
    private bool _stopping;
    private (Guid Node, Exception Reason)? _abdication;

    /// <summary>The node's id while it is a member of the hub.</summary>
    public Guid? Node
    {
        get
        {
            lock (_signal)
                return _node;
        }
    }

    public void Start(Heartbeat beat)
    {
        _thread = new Thread(() => Run(beat)) { IsBackground = true, Name = "hub-commit" };
        _thread.Start();
    }

    // Whoever is no member makes no progress, however often it tries to join.
    private void Run(Heartbeat beat)
    {
        while (Step(wait: true))
            if (Node is not null)
                beat.Beat(lease / 3);
        beat.End();
    }

    /// <summary>Joins the hub, or commits the next group. False at the end, when it has left.</summary>
    /// <param name="wait">Whether to wait until there is something to do; who steps by hand does not.</param>
    public bool Step(bool wait)
    {
        if (_last is { } node && Node == node)
            return Serve(node, wait) || Leave(node);
        if (IsStopping())
            return _last is { } left && Leave(left);

        Join(wait);
        return true;
    }

    /// <summary>Commits what waits, leaves the hub and ends the thread.</summary>
    public void Stop()
    {
        lock (_signal)
        {
            _stopping = true;
            Monitor.Pulse(_signal);
        }

        if (_thread is { } thread)
            thread.Join();
        else
            while (Step(wait: false)) { }
    }

    /// <summary>Queues a unit. False when the node is not a member: the unit is not taken, nothing will be written.</summary>
    public bool TryEnqueue(CommitUnit unit)
    {
        lock (_signal)
        {
            if (_node is null || _stopping)
                return false;

            _units.Enqueue(unit);
            Monitor.Pulse(_signal);
            return true;
        }
    }

    /// <summary>Ends this membership: what the node holds is in doubt. Another one follows at once.</summary>
    public void Abdicate(Guid node, Exception reason)
    {
        lock (_signal)
        {
            _abdication = (node, reason);
            Monitor.Pulse(_signal);
        }
    }

    private void Join(bool wait)
    {
        var node = Guid.NewGuid();
        try
        {
            var (now, crashedAt) = store.Join(node, _last);
            clock.Set(now, crashedAt);
            _retry.Reset();
            _last = node;
            _renewed = time.GetTimestamp();
            lock (_signal)
                _node = node;
            Log.Joined(logger, node);
        }
#pragma warning disable CA1031 // Whatever is wrong with the store, the only answer is to try again, and to say so.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.CannotJoin(logger, Describe(e));
            if (wait)
                Pause(_retry.Next());
        }
    }

    /// <summary>Commits the next group, or renews the lease. False when the node is to leave.</summary>
    private bool Serve(Guid node, bool wait)
    {
        try
        {
            if (!TakeBatch(wait))
                return false;

            var renew = time.GetElapsedTime(_renewed) >= lease / 3;
            if (_batch.Count == 0 && !renew)
                return true;

            Commit(node, _batch, renew);
            if (renew)
                _renewed = time.GetTimestamp();
        }
#pragma warning disable CA1031 // The outcome is unknown whatever happened: the one safe answer is to forget and re-read.
        catch (Exception e)
#pragma warning restore CA1031
        {
            DropAll(_batch, e);
        }

        return true;
    }

    private void Commit(Guid node, List<CommitUnit> batch, bool renew)
    {
        try
        {
            Write(node, batch, renew);
        }
        catch (UnitConflictException) when (batch.Count > 0)
        {
            if (renew)
                Write(node, [], renew); // the lease does not wait until it is clear who is to blame
            foreach (var unit in batch)
                CommitAlone(node, unit);
        }
    }

    private void CommitAlone(Guid node, CommitUnit unit)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                Write(node, [unit], renew: false);
                return;
            }
            catch (UnitConflictException) when (unit.Updates.Exists(update => update.TakesOver))
            {
                // What was to run again does so already, by somebody else's doing.
                Tell([unit], _ => CommitResult.Of(CommitStatus.InstanceExists));
                return;
            }
            catch (UnitConflictException) when (unit.Inserts.Count > 0 && tries < MaxConflicts)
            {
                if (ResolveConflict(unit))
                    continue;

                Tell([unit], _ => CommitResult.Of(CommitStatus.InstanceExists));
                return;
            }
        }
    }

    /// <summary>
    /// A child whose id an ended instance has replaces it; one whose id is in use is not created, and its parent is told.
    /// False when the conflict is the unit's own instance.
    /// </summary>
    private bool ResolveConflict(CommitUnit unit)
    {
        var existing = store.FindTaken([.. unit.Inserts.Select(insert => insert.State.InstanceId)]);
        if (existing.Count == 0)
            return true; // it was purged meanwhile

        var resolved = true;
        foreach (var state in existing)
        {
            var child = unit.Children.Find(start => start.State.InstanceId == state.InstanceId);
            if (child is null)
                resolved = resolved && unit.Replaced.Contains(state.InstanceId) && state.OrchestrationStatus.IsTerminal();
            else if (state.OrchestrationStatus.IsTerminal())
                unit.Replaced.Add(state.InstanceId);
            else
                Refuse(unit, child);
        }

        return resolved;
    }

    private void Refuse(CommitUnit unit, ChildStart child)
    {
        var childId = child.State.InstanceId;
        var refusal = Events.ChildExists(clock.Timestamp, child.TaskId, childId);
        var message = new InboxWrite(
            child.State.ParentInstanceId, Guid.CreateVersion7(), null, Google.Protobuf.MessageExtensions.ToByteArray(refusal));

        unit.Children.Remove(child);
        unit.Inserts.RemoveAll(insert => insert.State.InstanceId == childId);
        unit.Inbox.RemoveAll(row => row.InstanceId == childId);
        unit.Inbox.Add(message);
        unit.Refused.Add((child, message.MessageId, refusal));
    }

    private void Write(Guid node, List<CommitUnit> units, bool renew)
    {
        CrashPoint.Reach("hub.before-commit");
        var started = TimeProvider.System.GetTimestamp();
        var report = store.Commit(node, units, renew);
        if (units.Count > 0)
            metrics.Committed(units.Count, TimeProvider.System.GetElapsedTime(started));
        CrashPoint.Reach("hub.after-commit");

        if (renew)
            clock.Set(report.Now, report.CrashedAt);

        Tell(units, _ => new CommitResult(CommitStatus.Committed, report.Owners, report.Released)
        {
            EndedActivities = report.EndedActivities,
        });
        AnnounceElsewhere(node, units, report);
    }

    private void AnnounceElsewhere(Guid node, IReadOnlyList<CommitUnit> units, CommitReport report)
    {
        var queued = units.Any(unit => unit.Activities.Count > 0 || unit.ActivityReturns.Count > 0);
        if (report.Owners.Count == 0 && !queued)
            return;

        var others = report.Owners.Values.Where(owner => owner != node).ToHashSet();
        if (queued)
            others.Add(null);
        if (others.Count == 0)
            return;

        try
        {
            store.Announce(others);
        }
#pragma warning disable CA1031 // A hint: what it would have told is found by the next poll.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.CannotAnnounce(logger, Describe(e));
        }
    }

    private void Tell(IReadOnlyList<CommitUnit> units, Func<CommitUnit, CommitResult> result)
    {
        lock (gate)
        {
            foreach (var unit in units)
                Settle(unit, result(unit));
        }

        CrashPoint.Reach("hub.after-answer");
    }

    /// <summary>The lease is over, or nobody knows what the store has: all that memory holds is dropped.</summary>
    private void DropAll(List<CommitUnit> batch, Exception reason)
    {
        Log.Abdicated(logger, Describe(reason));
        metrics.LeaseLost();
        List<CommitUnit> dropped = [.. batch];
        lock (gate)
        {
            lock (_signal)
            {
                _node = null;
                dropped.AddRange(_units);
                _units.Clear();
            }

            lost();
            foreach (var unit in dropped)
                Settle(unit, CommitResult.Of(CommitStatus.Lost));
        }
    }

    /// <summary>
    /// Tells the unit's owner once: a batch that fails halfway through its units is told as a whole. One who could not
    /// cope with the good news is told the bad, so that nobody waits for ever.
    /// </summary>
    private static void Settle(CommitUnit unit, CommitResult result)
    {
        if (unit.Settled)
            return;

        unit.Done(result);
        unit.Settled = true;
    }

    /// <summary>Takes what is queued, waiting for it at most until the next renewal. False when the node is to leave and nothing waits.</summary>
    private bool TakeBatch(bool wait)
    {
        _batch.Clear();
        lock (_signal)
        {
            while (true)
            {
                if (_abdication is { } abdication && abdication.Node == _node)
                    throw new LeaseLostException("The node gave up its membership.", abdication.Reason);
                if (_units.Count > 0)
                    break;
                if (_stopping)
                    return false;

                var pause = (lease / 3) - time.GetElapsedTime(_renewed);
                if (pause <= TimeSpan.Zero || !wait)
                    return true;

                Monitor.Wait(_signal, pause);
            }

            while (_batch.Count < MaxBatch && _units.TryDequeue(out var unit))
                _batch.Add(unit);
            return true;
        }
    }

    /// <summary>Always false: it is over.</summary>
    private bool Leave(Guid node)
    {
        lock (_signal)
            _node = null;

        try
        {
            store.Leave(node);
        }
#pragma warning disable CA1031 // The lease ends by itself if the store cannot be told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.CannotLeave(logger, Describe(e));
        }

        return false;
    }

    /// <summary>One line: while a store is away these come often, and where they were thrown is no news.</summary>
    private static string Describe(Exception e) => e.InnerException is { } inner ? $"{e.Message} ({inner.Message})" : e.Message;

    private bool IsStopping()
    {
        lock (_signal)
            return _stopping;
    }

    private void Pause(TimeSpan time)
    {
        lock (_signal)
        {
            if (!_stopping)
                Monitor.Wait(_signal, time);
        }
    }
}
