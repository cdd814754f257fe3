using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Nodes;
using Pao.TaskHub.Residency;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Poison;

/// <summary>
/// Instances that were in work at two crashes in a row: one of them may be what kills the process. They are handled one
/// at a time, each after a commit that counts the attempt, so that the next crash tells the culprit from those that only
/// were beside it. Somebody who kills the process from outside, again and again, shall hit none of them until it counts:
/// those that were tried least come first, and the more often one was there when a process died, the longer the next has
/// to live without it before it is tried. Called under the hub's lock.
/// </summary>
internal sealed partial class Suspects(Node node)
{
    private readonly PriorityQueue<StoredInstance, int> _waiting = new();
    private StoredInstance? _current;
    private bool _isTried;
    private TimeSpan? _first;

    /// <summary>Suspects that wait until the one before them has shown itself harmless.</summary>
    public int Waiting => _waiting.Count;

    public bool IsIdle => _current is null && _waiting.Count == 0;

    /// <summary>Takes all of one claim together: one by one, the first would have its turn before those that were tried less.</summary>
    public void Add(IEnumerable<StoredInstance> suspects)
    {
        foreach (var suspect in suspects)
        {
            if (IsKnown(suspect.State.InstanceId))
                continue;

            _first ??= node.Clock.Elapsed;
            _waiting.Enqueue(suspect, suspect.Attempts);
        }

        Next();
    }

    /// <summary>A turn of the instance is committed, or it has ended: it is none.</summary>
    /// <remarks>Unless it still waits for its trial: then it was only a start of the same name, which came too late.</remarks>
    public void Clear(Resident resident)
    {
        if (_isTried)
            Leave(resident.Id);
    }

    /// <summary>The node's memory is gone.</summary>
    public void Reset()
    {
        _waiting.Clear();
        _current = null;
        _first = null;
        _isTried = false;
    }

    private bool IsKnown(string instanceId) => _current?.State.InstanceId == instanceId
        || _waiting.UnorderedItems.Any(other => other.Element.State.InstanceId == instanceId);

    private void Leave(string instanceId)
    {
        if (_current?.State.InstanceId != instanceId)
            return;

        _current = null;
        Next();
    }

    private void Next()
    {
        if (_current is not null || !_waiting.TryDequeue(out var suspect, out _))
            return;

        (_current, _isTried) = (suspect, false);
        if (suspect.Attempts + 1 < node.Options.MaxAttempts)
            OutliveOthers(suspect);
        else if (Culprit(suspect) is { } activity)
            Try(suspect with { Attempts = suspect.Attempts + 1 }, Ended(suspect, activity));
        else
        {
            node.SetAside.Stored(suspect, Why(suspect));
            Leave(suspect.State.InstanceId);
        }
    }

    /// <summary>A process that dies before then died of something else.</summary>
    private void OutliveOthers(StoredInstance suspect)
    {
        var wait = node.Options.SuspectTime * (suspect.Attempts - 1) / 2;
        if (_first + wait - node.Clock.Elapsed is not { } rest || rest <= TimeSpan.Zero)
            Try(suspect with { Attempts = suspect.Attempts + 1 }, null);
        else
            node.Alarm.After(rest, () =>
            {
                if (ReferenceEquals(_current, suspect))
                    Try(suspect with { Attempts = suspect.Attempts + 1 }, null);
            });
    }

    /// <summary>Counts first; only what is counted is touched.</summary>
    private void Try(StoredInstance suspect, StoredMessage? failure)
    {
        var id = suspect.State.InstanceId;
        var unit = new CommitUnit
        {
            Done = result =>
            {
                if (result.Status == CommitStatus.Committed)
                    Admit(failure is null ? suspect : suspect with { Inbox = [.. suspect.Inbox, failure] });
            },
        };
        unit.Attempts.Add((id, suspect.Attempts));
        if (failure is not null)
            unit.Inbox.Add(new InboxWrite(id, failure.MessageId, failure.ExecutionId, failure.Event));
        node.Commit(unit);
    }

    private void Admit(StoredInstance suspect)
    {
        Log.Tried(node.Logger, suspect.State.InstanceId, suspect.Attempts, _waiting.Count);
        _isTried = true;
        node.Instances.AdmitOrSetAside(suspect);
        node.Caretaker.WakeInbox(); // what came while it waited here
        if (!node.Residents.TryGet(suspect.State.InstanceId, out var resident))
            Leave(suspect.State.InstanceId);
        else if (resident.IsIdle)
            Acquit(resident);
        else
            Watch(resident);
    }

    private void Watch(Resident resident) => node.Alarm.After(node.Options.SuspectTime, () =>
    {
        if (_current?.State.InstanceId != resident.Id)
            return;

        if (node.Residents.Contains(resident) && IsAboutToStart(resident))
            Watch(resident);
        else
            Acquit(resident);
    });

    /// <summary>What no worker has had yet has shown nothing.</summary>
    private bool IsAboutToStart(Resident resident) => resident.Queued && node.Dispatcher.AnyAccepts(resident);

    /// <summary>It ran for a while, or does nothing, and the process lives.</summary>
    private void Acquit(Resident resident)
    {
        if (node.Residents.Contains(resident))
        {
            resident.Attempts = 0;
            var unit = new CommitUnit { Done = static _ => { } };
            unit.Attempts.Add((resident.Id, 0));
            node.Commit(unit);
        }

        Leave(resident.Id);
    }

    /// <summary>The one activity at work, when no turn of the instance had a reason to be: then it is what kills.</summary>
    private HistoryEvent? Culprit(StoredInstance suspect)
    {
        if (suspect.Inbox.Count > 0 || !suspect.IsWhole)
            return null;

        try
        {
            var execution = new Execution(suspect.State.ExecutionId);
            foreach (var turn in suspect.Turns)
                execution.Append(StoredTurn.Read(turn).Events, turn.Length, StoredTurn.SetsStatus(turn));
            var now = node.Clock.Timestamp;
            return execution.Tasks.Count == 1 && !execution.Timers.Values.Any(due => due <= now) ? execution.Tasks.Values.First() : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private StoredMessage Ended(StoredInstance suspect, HistoryEvent activity)
    {
        var why = $"The process ended {suspect.Attempts + 1} times in a row while it ran activity '{activity.TaskScheduled.Name}' "
            + $"(#{activity.EventId}); it is not tried again.";
        node.Metrics.ActivitySetAside();
        Log.ActivitySetAside(node.Logger, suspect.State.InstanceId, why);
        var ended = Events.TaskEnded(node.Clock.Timestamp, new ActivityResponse
        {
            TaskId = activity.EventId,
            FailureDetails = PoisonFailure.Of(PoisonFailure.ActivityErrorType, why),
        });
        return new StoredMessage(suspect.State.InstanceId, Guid.CreateVersion7(), suspect.State.ExecutionId, ended.ToByteArray());
    }

    private static string Why(StoredInstance suspect) =>
        $"The process ended {suspect.Attempts + 1} times in a row while it handled this instance.";

    private static partial class Log
    {
        [LoggerMessage(41, LogLevel.Warning, "Instance {InstanceId} was in work when the process died, and is tried alone (attempt {Attempt}; {Waiting} more wait for it).")]
        public static partial void Tried(ILogger logger, string instanceId, int attempt, int waiting);

        [LoggerMessage(42, LogLevel.Error, "An activity of instance {InstanceId} is set aside: {Why}")]
        public static partial void ActivitySetAside(ILogger logger, string instanceId, string why);
    }
}
