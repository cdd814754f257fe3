using Google.Protobuf;
using Pao.DurableTask;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Residency;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Nodes;

/// <summary>
/// One turn on its way into the store: the events that it consumed, its history and its effects in one unit. Memory
/// follows when the commit has succeeded, and only then is work handed out that the turn scheduled.
/// </summary>
internal sealed class TurnCommit
{
    private readonly Node _node;
    private readonly Resident _resident;
    private readonly TurnOutcome _outcome;
    private readonly byte[] _history;
    private readonly Action<Exception?> _answer;
    private readonly List<Message> _consumed;
    private readonly List<(Delivery Delivery, Guid MessageId)> _deliveries;
    private readonly List<Message> _next = [];
    private readonly Dictionary<string, Message> _starts = [];
    private readonly CommitUnit _unit;
    private readonly int _attempts;
    private HashSet<int>? _queued;

    /// <summary>Takes the consumed messages out of the mailbox; called under the hub's lock.</summary>
    public TurnCommit(
        Node node, Resident resident, int taken, TurnOutcome outcome, byte[] history, byte[] content, Action<Exception?> answer)
    {
        _node = node;
        _resident = resident;
        _outcome = outcome;
        _history = history;
        _answer = answer;
        _consumed = resident.Mailbox.GetRange(0, taken);
        _deliveries = [.. outcome.Deliveries.Select(delivery => (delivery, Guid.CreateVersion7()))];
        _unit = new CommitUnit { Done = Done };
        _attempts = AttemptsAfter(resident);
        resident.Mailbox.RemoveRange(0, taken);
        resident.Consuming = _consumed;
        node.WaitingMessages -= taken;
        WriteInstance(content);
        WriteLosses();
        WriteMessages();
        WriteChildren();
        WriteActivities();
    }

    public void Enqueue() => _node.Commit(_unit);

    private void WriteInstance(byte[] content)
    {
        var execution = _resident.Execution;
        _unit.History.Add(new HistoryWrite(_resident.Id, execution.ExecutionId, execution.Turns, _history));
        if (_outcome.Next is not null)
            _unit.Forgotten.Add((_resident.Id, execution.ExecutionId));

        var write = new InstanceWrite(_outcome.State, content) { Attempts = _attempts };
        if (!_resident.Stored && !_resident.Storing)
        {
            _unit.Inserts.Add(write);
            if (_resident.Replaces)
                _unit.Replaced.Add(_resident.Id);
        }
        else if (RowChanged())
            _unit.Updates.Add(write);
    }

    /// <summary>A turn in the middle leaves the instance's row alone: what it changed is in the history.</summary>
    private bool RowChanged() =>
        _outcome.State.OrchestrationStatus != _resident.State.OrchestrationStatus
        || _outcome.State.CustomStatus != _resident.State.CustomStatus
        || _attempts != _resident.Attempts
        || _outcome.Next is not null;

    /// <summary>
    /// The process has lived through this turn, so the count of crashes starts anew; not while an activity that was at
    /// work before is still at work, which may be what kills.
    /// </summary>
    private static int AttemptsAfter(Resident resident) =>
        resident.Attempts == 0 || resident.Activities.Values.All(activity => activity.Reported) ? 0 : resident.Attempts;

    private void WriteLosses()
    {
        if (_resident.Losses is not { } losses || !losses.Forget(_outcome) || _outcome.IsTerminal)
            return;

        _unit.Losses.Add((_resident.Id, losses.ToText()));
    }

    private void WriteMessages()
    {
        foreach (var message in _consumed.Where(message => message.State is MessageState.Stored or MessageState.Committing))
            _unit.Consumed.Add((_resident.Id, message.Id));
        foreach (var message in _consumed)
            message.State = MessageState.Consumed;

        foreach (var (delivery, id) in _deliveries)
            _unit.Deliveries.Add(new InboxWrite(delivery.InstanceId, id, delivery.ExecutionId, delivery.Event.ToByteArray()));

        foreach (var e in _outcome.Next?.Messages ?? [])
        {
            var message = new Message(e, _outcome.Next?.ExecutionId) { State = MessageState.Stored };
            _next.Add(message);
            _unit.Inbox.Add(new InboxWrite(_resident.Id, message.Id, message.ExecutionId, e.ToByteArray()));
        }
    }

    private void WriteChildren()
    {
        foreach (var child in _outcome.Children)
        {
            var start = new Message(child.Started, null) { State = MessageState.Stored };
            _starts[child.State.InstanceId] = start;
            _unit.Children.Add(child);
            _unit.Inserts.Add(new InstanceWrite(child.State, child.State.ToByteArray()));
            _unit.Inbox.Add(new InboxWrite(child.State.InstanceId, start.Id, null, child.Started.ToByteArray()));
        }
    }

    /// <summary>Only activities that no worker here has room for have a row.</summary>
    private void WriteActivities()
    {
        var executionId = _resident.Execution.ExecutionId;
        if (_outcome.Next is not null || _outcome.IsTerminal)
        {
            if (_resident.QueuesActivities)
                _unit.ForgottenActivities.Add((_resident.Id, executionId));
            return;
        }

        var ahead = 0;
        foreach (var e in _outcome.Events)
        {
            if (e.TaskScheduled is null)
                continue;

            if (!_node.Queue.Takes(e.TaskScheduled, ahead++))
                continue;

            _unit.Activities.Add(ActivityQueue.Write(_resident.Id, executionId, e));
            (_queued ??= []).Add(e.EventId);
        }
    }

    private void Done(CommitResult result)
    {
        switch (result.Status)
        {
            case CommitStatus.Committed:
                Committed(result);
                break;
            case CommitStatus.InstanceExists:
                _node.Instances.CreationRefused(_resident, _consumed);
                _answer(null);
                break;
            default:
                foreach (var message in _consumed)
                    message.Settle(Node.Unavailable());
                foreach (var caller in _resident.Creation)
                    caller.TrySetException(Node.Unavailable());
                _answer(Node.Unavailable());
                break;
        }
    }

    private void Committed(CommitResult result)
    {
        Follow();
        CrashPoint.Reach("hub.before-hand-over");
        HandOver();
        CrashPoint.Reach("hub.after-hand-over");
        AdmitChildren();
        _node.Instances.Route(_deliveries, result.Owners);

        CrashPoint.Reach("hub.before-answer");
        foreach (var message in _consumed)
            message.Settle(null);
        _answer(null);
        _node.Waiters.Tell(_outcome.State);

        if (_outcome.IsTerminal)
            _node.Instances.Ended(_resident);
        else
            _node.Turns.Advance(_resident);
    }

    /// <summary>Brings memory to where the store is.</summary>
    private void Follow()
    {
        _node.Instances.Consumed(_resident);
        _resident.State = _outcome.State;
        _resident.Committing = false;
        _resident.Abandoned = 0;
        _resident.Refused = 0;
        _resident.Attempts = _attempts;
        InstanceFlow.Created(_resident);
        if (_attempts == 0)
            _node.Suspects.Clear(_resident);

        if (_outcome.Next is { } next)
        {
            ActivityFlow.Drop(_resident);
            _node.Residents.Grew(-_resident.Execution.Bytes);
            _resident.Execution = new Execution(next.ExecutionId);
            _resident.QueuesActivities = false;
            _resident.Session = null;
            var alreadyRead = _resident.Mailbox.RemoveAll(message => _next.Exists(own => own.Id == message.Id));
            _resident.Mailbox.InsertRange(0, _next);
            _node.WaitingMessages += _next.Count - alreadyRead;
            return;
        }

        _resident.QueuesActivities |= _queued is not null;
        _resident.Execution.Append(_outcome.Events, _history.Length, _outcome.SetsStatus);
        _node.Residents.Grew(_history.Length);
    }

    /// <summary>Only now, after the commit: an activity or a timer never runs that the history does not know.</summary>
    private void HandOver()
    {
        var execution = _outcome.Next is null ? _resident.Execution.ExecutionId : _unit.Forgotten[0].ExecutionId;
        foreach (var e in _outcome.Events)
        {
            if (e.TaskScheduled is not null && _queued?.Contains(e.EventId) != true)
                _node.Activities.HandOver(_resident, execution, e, wanted: _outcome.Next is null && !_outcome.IsTerminal);
            else if (e.TimerCreated is not null && _outcome.Next is null && !_outcome.IsTerminal)
                _node.Instances.SetTimer(_resident, e.EventId, e.TimerCreated.FireAt);
        }
    }

    private void AdmitChildren()
    {
        foreach (var child in _unit.Children)
            _node.Instances.Admit(child.State, [_starts[child.State.InstanceId]]);

        foreach (var (_, messageId, refusal) in _unit.Refused)
            _node.Instances.Deliver(_resident, new Message(refusal, null) { Id = messageId, State = MessageState.Stored });
    }
}
