using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Residency;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Nodes;

/// <summary>How instances come into memory, get their messages, and leave. Called under the hub's lock.</summary>
internal sealed class InstanceFlow(Node node)
{
    private static readonly TimeSpan TimerHorizon = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan NearTimer = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WorkerPatience = TimeSpan.FromSeconds(1);
    private const int ReleasesPerTick = 1_000;

    private HashSet<Guid>? _consumedDuringRead;

    /// <exception cref="RpcException"><c>ResourceExhausted</c>: as many messages wait as may.</exception>
    public void AssertRoom()
    {
        var limit = node.Options.MaxWaitingMessages;
        if (node.WaitingMessages >= limit)
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted,
                $"{limit} messages wait in this task hub node, which is its limit (MaxWaitingMessages): try again in a moment."));
    }

    /// <summary>A new instance that starts now: its row is written with its first turn, or alone when that takes long.</summary>
    public Resident Begin(OrchestrationState state, HistoryEvent started, bool replaces, TaskCompletionSource created)
    {
        var resident = new Resident(state, new Execution(state.ExecutionId)) { Replaces = replaces };
        resident.Creation.Add(created);
        node.Residents.Add(resident, node.Clock.Elapsed);
        Deliver(resident, new Message(started, state.ExecutionId));
        return resident;
    }

    /// <summary>A child whose row its parent's turn wrote.</summary>
    public void Admit(OrchestrationState state, IReadOnlyList<Message> messages)
    {
        MakeRoom(state.InstanceId);
        var resident = new Resident(state, new Execution(state.ExecutionId)) { Stored = true };
        node.Residents.Add(resident, node.Clock.Elapsed);
        foreach (var message in messages)
            Put(resident, message);
        Enter(resident, []);
    }

    /// <summary>An instance that was claimed: one that cannot be read ends as failed, and keeps no other out.</summary>
    public void AdmitOrSetAside(StoredInstance stored)
    {
        if (!stored.IsWhole)
        {
            node.SetAside.Stored(stored, "Its state cannot be read from the store.");
            return;
        }

        if (stored.NextTurn != stored.Turns.Count)
        {
            // Its next turn's number may be taken: that commit would fail each time.
            node.SetAside.Stored(stored, $"Its history of {stored.NextTurn} turns has only {stored.Turns.Count} in the store.");
            return;
        }

        try
        {
            Admit(stored);
        }
#pragma warning disable CA1031 // Whatever is wrong with it, it must not keep the others out.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (node.Residents.TryGet(stored.State.InstanceId, out var partly))
                Leave(partly);
            node.SetAside.Stored(stored, $"It cannot be read from the store: {e.Message}");
        }
    }

    /// <summary>An instance read from the store.</summary>
    public void Admit(StoredInstance stored)
    {
        if (stored.State.OrchestrationStatus.IsTerminal() || !MakeRoom(stored.State.InstanceId))
            return;

        var execution = new Execution(stored.State.ExecutionId);
        foreach (var turn in stored.Turns)
            execution.Append(StoredTurn.Read(turn).Events, turn.Length, StoredTurn.SetsStatus(turn));
        var inbox = stored.Inbox.Select(Parse).OrderBy(message => !IsCarriedOver(message)).ToList();

        var resident = new Resident(stored.State, execution)
        {
            Stored = true,
            Attempts = stored.Attempts,
            QueuesActivities = stored.QueuedTasks.Count > 0,
            Losses = Losses.Parse(stored.Losses),
        };
        node.Residents.Add(resident, node.Clock.Elapsed);
        foreach (var task in execution.Tasks.Values.Where(task => !stored.QueuedTasks.Contains(task.EventId) && !HasEnded(execution.ExecutionId, task, inbox)).ToList())
            node.Activities.HandOver(resident, execution.ExecutionId, task, wanted: true);
        node.Activities.ForgetDetached(resident.Id);
        foreach (var (timerId, fireAt) in execution.Timers.ToList())
            SetTimer(resident, timerId, fireAt);
        Enter(resident, inbox);
    }

    /// <summary>
    /// Of the execution before: stored with its last turn, perhaps after what came meanwhile, and older than that. No other
    /// event is for one execution.
    /// </summary>
    private static bool IsCarriedOver(Message message) => message is { ExecutionId: not null, Event.EventRaised: not null };

    /// <summary>Whether the activity's end is stored and no turn has consumed it yet.</summary>
    private static bool HasEnded(string executionId, HistoryEvent task, List<Message> inbox) => inbox.Exists(message =>
        (message.ExecutionId ?? executionId) == executionId
        && (message.Event.TaskCompleted?.TaskScheduledId == task.EventId || message.Event.TaskFailed?.TaskScheduledId == task.EventId));

    /// <summary>The store has an instance with this id: one that is only about to be created gives way. False when it is here.</summary>
    private bool MakeRoom(string instanceId)
    {
        if (!node.Residents.TryGet(instanceId, out var resident))
            return true;
        if (resident.Releasing)
        {
            GiveUp(resident); // it could be taken again, so its release is in the store, and is yet to be told here
            return true;
        }

        if (resident.Stored)
            return false;

        CreationRefused(resident, []);
        return true;
    }

    private void Enter(Resident resident, IReadOnlyList<Message> inbox)
    {
        foreach (var message in inbox.Concat(node.Residents.TakeParked(resident.Id).Select(Parse)))
            if (!resident.Knows(message.Id))
                Put(resident, message);
        node.Turns.Advance(resident);
    }

    /// <summary>
    /// From here until <see cref="DeliverInbox"/> the inbox is read: what a turn consumes meanwhile may still be among the
    /// rows that were read, and must not be delivered again.
    /// </summary>
    public void BeginInboxRead() => _consumedDuringRead = [];

    public void DeliverInbox(IReadOnlyList<(string InstanceId, Message Message)> messages)
    {
        var consumed = _consumedDuringRead ?? [];
        _consumedDuringRead = null;
        foreach (var (instanceId, message) in messages)
            if (!consumed.Contains(message.Id) && node.Residents.TryGet(instanceId, out var resident))
                Deliver(resident, message);
    }

    /// <summary>The turn that consumed the messages is committed.</summary>
    public void Consumed(Resident resident)
    {
        _consumedDuringRead?.UnionWith(resident.Consuming.Select(message => message.Id));
        resident.Consuming = [];
    }

    /// <summary>
    /// Gives the message to the instance. One that is stored is there for a read of the inbox as soon as it is committed,
    /// which may bring it before those who sent it know.
    /// </summary>
    public void Deliver(Resident resident, Message message)
    {
        if (message.State == MessageState.Stored && resident.Knows(message.Id))
            return;

        Put(resident, message);
        node.Turns.Advance(resident);
    }

    /// <summary>The node's memory is gone.</summary>
    public void Reset()
    {
        _consumedDuringRead = null;
    }

    private void Put(Resident resident, Message message)
    {
        resident.Mailbox.Add(message);
        node.WaitingMessages++;
        if (message.State == MessageState.New)
            node.LateMessages.Expect(resident, message);
    }

    public static Message Parse(StoredMessage stored) => new(HistoryEvent.Parser.ParseFrom(stored.Event), stored.ExecutionId)
    {
        Id = stored.MessageId,
        State = MessageState.Stored,
    };

    /// <summary>Sends a message to an instance wherever it is; the task ends when it is durable or was dropped.</summary>
    public Task SendAsync(string instanceId, HistoryEvent e)
    {
        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Answer(Exception? error)
        {
            if (error is null)
                durable.TrySetResult();
            else
                durable.TrySetException(error);
        }

        lock (node.Gate)
        {
            AssertRoom();
            if (node.Residents.TryGet(instanceId, out var resident) && !resident.Releasing)
                Deliver(resident, new Message(e, null) { Answer = Answer });
            else
                SendElsewhere(new Delivery(instanceId, null, e), Answer);
        }

        return durable.Task;
    }

    /// <summary>Tells instances here of messages that a commit put into the store for them.</summary>
    public void Route(IReadOnlyList<(Delivery Delivery, Guid MessageId)> deliveries, IReadOnlyDictionary<string, Guid?> owners)
    {
        foreach (var (delivery, messageId) in deliveries)
        {
            if (!owners.TryGetValue(delivery.InstanceId, out var owner))
                continue;

            if (owner is null)
                node.Caretaker.Wake();
            else if (owner != node.Committer.Node)
                continue;
            else if (node.Residents.TryGet(delivery.InstanceId, out var resident))
                Deliver(resident, new Message(delivery.Event, delivery.ExecutionId) { Id = messageId, State = MessageState.Stored });
            else
                node.Residents.Park(new StoredMessage(delivery.InstanceId, messageId, delivery.ExecutionId, delivery.Event.ToByteArray()));
        }
    }

    /// <summary>Fires the timer when it is due, if the instance is still here and waits for it.</summary>
    public void SetTimer(Resident resident, int timerId, Timestamp fireAt)
    {
        var due = fireAt.ToDateTimeOffset();
        var now = node.Clock.Now;
        var look = due < now + TimerHorizon ? due : now + TimerHorizon;
        var execution = resident.Execution;
        node.Alarm.At(look, () =>
        {
            if (!node.Residents.Contains(resident) || resident.Execution != execution || !execution.Timers.ContainsKey(timerId))
                return;

            if (node.Clock.Now < due)
                SetTimer(resident, timerId, fireAt);
            else
                Deliver(resident, new Message(Events.TimerFired(node.Clock.Timestamp, timerId, fireAt), execution.ExecutionId)
                {
                    State = MessageState.Derived,
                });
        });
    }

    /// <summary>The instance's row is in the store.</summary>
    public static void Created(Resident resident)
    {
        if (resident.Stored)
            return;

        resident.Stored = true;
        resident.Storing = false;
        foreach (var caller in resident.Creation)
            caller.TrySetResult();
        resident.Creation.Clear();
    }

    /// <summary>
    /// An instance with this id exists: nothing of the new one was written. What others sent to the id meanwhile is for
    /// the one that has it.
    /// </summary>
    public void CreationRefused(Resident resident, IReadOnlyList<Message> consumed)
    {
        var misled = consumed.Concat(resident.Mailbox).Where(message => message.Answer is not null).ToList();
        Leave(resident);
        foreach (var message in misled)
            SendElsewhere(new Delivery(resident.Id, message.ExecutionId, message.Event), message.Settle);
        foreach (var caller in resident.Creation)
            caller.TrySetException(AlreadyExists(resident.Id));
    }

    public static RpcException AlreadyExists(string instanceId) => new(new Status(
        StatusCode.AlreadyExists, $"An orchestration instance with the id '{instanceId}' exists already."));

    /// <summary>The instance has ended; what still came for it means nothing.</summary>
    public void Ended(Resident resident)
    {
        var late = resident.Mailbox.ToList();
        Leave(resident);
        foreach (var message in late)
            message.Settle(null);
    }

    /// <summary>Lets instances go that have nothing to do, longest unused first.</summary>
    public void ReleaseIdle()
    {
        var (now, elapsed) = (node.Clock.Now, node.Clock.Elapsed);
        for (var i = 0; i < ReleasesPerTick && node.Residents.LeastRecentlyUsed is { } resident; i++)
        {
            var unused = elapsed - resident.LastUsed;
            var crowded = node.Residents.Bytes > node.Options.ResidentBytes;
            if (unused < node.Options.IdleRelease && unused < WorkerPatience && !crowded)
                return;

            node.Residents.Touch(resident, resident.LastUsed);
            if (IsUnwanted(resident))
                Release(resident, now, withMessages: true);
            else if (resident.IsIdle && (crowded || (unused >= node.Options.IdleRelease && NextDue(resident) - now > NearTimer)))
                Release(resident, NextDue(resident), withMessages: false);
            else if (unused >= node.Options.IdleRelease)
                resident.LastUsed = elapsed;
            else
                return;
        }
    }

    /// <summary>No worker here takes it, and all that waits for it is in the store: another node may have one.</summary>
    private bool IsUnwanted(Resident resident) =>
        resident is { Queued: true, Stored: true, Committing: false, Releasing: false }
        && resident.Mailbox.TrueForAll(message => message.State is MessageState.Stored or MessageState.Derived)
        && !node.Dispatcher.AnyAccepts(resident);

    private static DateTimeOffset NextDue(Resident resident) =>
        resident.NextTimer?.ToDateTimeOffset() ?? DateTimeOffset.MaxValue;

    private void Release(Resident resident, DateTimeOffset readyAt, bool withMessages)
    {
        node.Turns.Withdraw(resident);
        resident.Releasing = true;
        var unit = new CommitUnit { Done = result => Released(resident, readyAt, isUnwanted: withMessages, result) };
        unit.Releases.Add(new Release(resident.Id, readyAt == DateTimeOffset.MaxValue ? null : readyAt, withMessages));
        node.Commit(unit);
    }

    private void Released(Resident resident, DateTimeOffset readyAt, bool isUnwanted, CommitResult result)
    {
        if (result.Status != CommitStatus.Committed || !node.Residents.Contains(resident))
            return;

        resident.Releasing = false;
        if (!result.Released.Contains(resident.Id))
        {
            node.Caretaker.WakeInbox();
            node.Turns.Advance(resident);
            return;
        }

        GiveUp(resident);
        if (!isUnwanted && readyAt < node.Clock.Now + TimerHorizon) // what nobody here takes, others look for as well
            node.Alarm.At(readyAt, node.Caretaker.Wake);
    }

    /// <summary>It is nobody's in the store: what came for it meanwhile goes there.</summary>
    private void GiveUp(Resident resident)
    {
        node.Activities.Detach(resident);
        node.Residents.Remove(resident);
        node.WaitingMessages -= resident.Mailbox.Count;
        foreach (var message in resident.Mailbox.Where(message => message.State == MessageState.New))
            SendElsewhere(new Delivery(resident.Id, message.ExecutionId, message.Event), message.Settle);
    }

    private void Leave(Resident resident)
    {
        node.Suspects.Clear(resident);
        node.Turns.Withdraw(resident);
        ActivityFlow.Drop(resident);
        node.Residents.Remove(resident);
        node.WaitingMessages -= resident.Mailbox.Count;
        resident.Mailbox.Clear();
    }

    private void SendElsewhere(Delivery delivery, Action<Exception?> answer)
    {
        var messageId = Guid.CreateVersion7();
        var unit = new CommitUnit
        {
            Done = result =>
            {
                if (result.Status == CommitStatus.Committed)
                    Route([(delivery, messageId)], result.Owners);
                answer(result.Status == CommitStatus.Committed ? null : Node.Unavailable());
            },
        };
        unit.Deliveries.Add(new InboxWrite(delivery.InstanceId, messageId, delivery.ExecutionId, delivery.Event.ToByteArray()));
        node.Commit(unit);
    }
}
