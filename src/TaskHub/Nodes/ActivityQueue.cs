using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Dispatch;
using Pao.TaskHub.Residency;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Nodes;

/// <summary>
/// The activities that the hub's nodes share: what no worker here takes goes to the table, and what workers here have room
/// for comes from it. A row is a node's until its end is reported, it is given back, or the node's lease is over. Called
/// under the hub's lock.
/// </summary>
internal sealed partial class ActivityQueue(Node node)
{
    /// <summary>How many rounds of all local slots may wait before more is left to other nodes.</summary>
    private const int RoundsOfWork = 10;
    private const int MovesPerTick = 1_000;
    private const int ClaimLimit = 100;

    /// <summary>A worker that comes back within this time finds its activities still in memory.</summary>
    private static readonly TimeSpan WorkerPatience = TimeSpan.FromSeconds(1);

    private bool _hasPeers;
    private bool _moreWait;
    private bool _rejoined;

    /// <summary>Whether an activity that is about to be scheduled is for whichever node has a worker for it.</summary>
    /// <param name="task">The activity.</param>
    /// <param name="ahead">How many the same turn schedules here before it.</param>
    public bool Takes(TaskScheduledEvent task, int ahead)
    {
        if (!node.Store.IsShared)
            return false;

        return !node.Dispatcher.AnyAcceptsActivity(task.Name, task.Version) || (_hasPeers && IsCrowded(ahead));
    }

    /// <summary>The node is about to have another id: what its workers run it has to make its own again.</summary>
    public void Reset()
    {
        _moreWait = false;
        _rejoined = true;
    }

    /// <summary>What to ask the table for; null when there is no room here, and no need of other nodes.</summary>
    public ActivityClaim? Wanted()
    {
        List<ActivityKey> kept = _rejoined ? [.. Foreign().Select(item => item.Key).OfType<ActivityKey>()] : [];
        var wishes = node.Dispatcher.Streams
            .Where(stream => stream.FreeActivitySlots > 0 && stream.ActivityNames is not { Count: 0 })
            .GroupBy(stream => stream.ActivityFilter)
            .Select(streams => new ActivityWish(
                streams.First().ActivityNames,
                streams.First().RefusedActivities,
                Math.Min(streams.Sum(stream => stream.FreeActivitySlots), ClaimLimit)))
            .ToList();
        if (kept.Count == 0 && wishes.Count == 0 && !IsCrowded(0))
            return null;

        // One suspect at a time, whatever it is suspect of: what kills is told from what only is beside it.
        return new ActivityClaim(kept, wishes)
        {
            FirstSuspectLoss = node.Isolation.FirstSuspectLoss,
            WithSuspect = node.Isolation.IsIdle && node.Suspects.IsIdle,
        };
    }

    /// <summary>Rows that are this node's now go to its workers.</summary>
    public void Admit(Guid id, ActivityClaim asked, ClaimedActivities claimed)
    {
        _hasPeers = claimed.HasPeers;
        _moreWait = asked.Wishes.Count > 0 && claimed.Taken.Count >= asked.Wishes.Min(wish => wish.Slots);
        if (_rejoined)
            Keep(id, asked, claimed);

        foreach (var row in claimed.Taken)
        {
            if (Parse(row) is { } scheduled)
                node.Activities.Enqueue(new ActivityItem(row.Key.InstanceId, row.ExecutionId, scheduled)
                {
                    Key = row.Key,
                    Holder = id,
                    Losses = row.Losses,
                });
        }
    }

    /// <summary>A worker here has room again: more may wait in the table.</summary>
    public void SlotFreed()
    {
        if (!_moreWait)
            return;

        _moreWait = false;
        node.Caretaker.Wake();
    }

    /// <summary>
    /// Stores an activity's end for its instance, wherever that is; the task ends when it is durable. Unless the row is
    /// still this node's, the end means nothing.
    /// </summary>
    public Task CompleteAsync(ActivityItem item, ActivityKey key, ActivityResponse response)
    {
        if (item.Holder != node.Committer.Node)
            throw Node.Unavailable(); // until it is clear whether the row is still ours

        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        End(item, key, response, error =>
        {
            if (error is null)
                durable.TrySetResult();
            else
                durable.TrySetException(error);
        });
        return durable.Task;
    }

    /// <summary>As <see cref="CompleteAsync"/>, for a row that is surely this node's.</summary>
    public void End(ActivityItem item, ActivityKey key, ActivityResponse response, Action<Exception?> answer)
    {
        item.Reported = true;
        var e = Events.TaskEnded(node.Clock.Timestamp, new ActivityResponse(response) { TaskId = item.TaskId });
        var end = new ActivityEnd(key, Guid.CreateVersion7(), item.ExecutionId, e.ToByteArray());
        var delivery = new Delivery(item.InstanceId, item.ExecutionId, e);
        var unit = new CommitUnit { Done = result => Ended(item, end, delivery, result, answer) };
        unit.ActivityEnds.Add(end);
        node.Commit(unit);
    }

    /// <summary>Gives a row back that no worker here finishes.</summary>
    /// <param name="key">The row.</param>
    /// <param name="pause">How long nobody takes it; null for not at all.</param>
    /// <param name="losses">How often in a row its worker was lost; null for as often as the row says.</param>
    public void Return(ActivityKey key, TimeSpan? pause, int? losses)
    {
        var readyAt = node.Clock.Now + pause;
        Commit(unit => unit.ActivityReturns.Add(new ActivityReturn(key, readyAt, losses)));
        if (readyAt is { } time)
            node.Alarm.At(time, node.Caretaker.Wake);
    }

    /// <summary>What waits here although no worker takes it any more is for other nodes.</summary>
    public void MoveUnaccepted()
    {
        if (!node.Store.IsShared || node.Committer.Node is null)
            return;

        var items = node.Dispatcher.TakeUnaccepted(WorkerPatience, MovesPerTick, CanMove);
        if (items.Count == 0)
            return;

        Commit(unit =>
        {
            foreach (var item in items)
            {
                if (item.Key is { } key)
                    unit.ActivityReturns.Add(new ActivityReturn(key, null, item.Losses));
                else if (item.Resident is { } resident)
                    unit.Activities.Add(Move(item, resident));
            }
        });
    }

    public static ActivityWrite Write(string instanceId, string executionId, HistoryEvent scheduled) => new(
        new ActivityKey(instanceId, Guid.CreateVersion7()),
        executionId,
        scheduled.EventId,
        scheduled.TaskScheduled.Name,
        scheduled.TaskScheduled.Version,
        scheduled.ToByteArray());

    private bool IsCrowded(int ahead) =>
        node.Dispatcher.WaitingActivities + ahead > node.Dispatcher.ActivitySlots * RoundsOfWork;

    /// <summary>Not beside a commit that may end the execution, which would not know of the row.</summary>
    private static bool CanMove(ActivityItem item) =>
        item.Key is not null || item.Resident is { Stored: true, Committing: false, Releasing: false };

    private static ActivityWrite Move(ActivityItem item, Resident resident)
    {
        item.Resident = null;
        resident.Activities.Remove(item.TaskId);
        resident.QueuesActivities = true;
        return Write(item.InstanceId, item.ExecutionId, item.Scheduled) with { Losses = item.Losses };
    }

    private void Commit(Action<CommitUnit> write)
    {
        var unit = new CommitUnit { Done = result => Returned(result) };
        write(unit);
        node.Commit(unit);
    }

    private void Returned(CommitResult result)
    {
        if (result.Status == CommitStatus.Committed)
            node.Caretaker.Wake();
    }

    private void Ended(ActivityItem item, ActivityEnd end, Delivery delivery, CommitResult result, Action<Exception?> answer)
    {
        if (result.Status != CommitStatus.Committed)
        {
            item.Reported = false;
            if (item.Stream is { } stream && !node.Dispatcher.Has(stream))
                node.Dispatcher.Finish(item);
            answer(Node.Unavailable());
            return;
        }

        node.Activities.Finish(item);
        if (!result.EndedActivities.Contains(end.Key.Id))
        {
            answer(ActivityFlow.StaleToken());
            return;
        }

        node.Metrics.ActivityEnded(TimeProvider.System.GetElapsedTime(item.RunsSince));
        node.Instances.Route([(delivery, end.MessageId)], result.Owners);
        answer(null);
    }

    /// <summary>Rows of this node's earlier id are its own again, or another node's; their workers are told when they report.</summary>
    private void Keep(Guid id, ActivityClaim asked, ClaimedActivities claimed)
    {
        _rejoined = false;
        var foreign = Foreign().ToDictionary(item => item.Key?.Id ?? Guid.Empty);
        foreach (var key in asked.Kept)
        {
            var isKept = claimed.Kept.Contains(key.Id);
            if (!foreign.TryGetValue(key.Id, out var item))
            {
                if (isKept)
                    Return(key, null, null); // its worker went away meanwhile
            }
            else if (isKept)
                item.Holder = id;
            else
                node.Activities.Finish(item);
        }
    }

    /// <summary>What workers here have in hand from before the node had its present id.</summary>
    private IEnumerable<ActivityItem> Foreign()
    {
        var id = node.Committer.Node;
        return node.Dispatcher.Running.Values.Where(item => item.Key is not null && item.Holder != id);
    }

    private HistoryEvent? Parse(TakenActivity row)
    {
        try
        {
            return HistoryEvent.Parser.ParseFrom(row.Scheduled);
        }
        catch (InvalidProtocolBufferException e)
        {
            Log.SetAside(node.Logger, row.Key.Id, row.Key.InstanceId, e);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(32, LogLevel.Error, "Activity {Activity} of instance {InstanceId} cannot be read from the task hub's store and is set aside; it is read again when this process restarts.")]
        public static partial void SetAside(ILogger logger, Guid activity, string instanceId, Exception e);
    }
}
