using Google.Protobuf;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Residency;

namespace Pao.TaskHub.Nodes;

/// <summary>Messages whose turn takes too long are committed without it. Called under the hub's lock.</summary>
internal sealed class LateMessages(Node node)
{
    /// <summary>Until the next look at a message whose instance has a turn on its way into the store, or is leaving memory.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Queue<(Resident Resident, Message Message, TimeSpan Deadline)> _fresh = [];
    private bool _sweeping;

    /// <summary>The node's memory is gone.</summary>
    public void Reset()
    {
        _fresh.Clear();
        _sweeping = false;
    }

    /// <summary>Stores the message alone unless a turn consumes it soon.</summary>
    public void Expect(Resident resident, Message message)
    {
        _fresh.Enqueue((resident, message, node.Clock.Elapsed + node.Options.EventPatience));
        ScheduleSweep();
    }

    private void ScheduleSweep()
    {
        if (_sweeping || !_fresh.TryPeek(out var first))
            return;

        _sweeping = true;
        node.Alarm.After(first.Deadline - node.Clock.Elapsed, Sweep);
    }

    /// <summary>Commits events alone whose turn has taken too long, so that their senders need not wait for it.</summary>
    private void Sweep()
    {
        _sweeping = false;
        var now = node.Clock.Elapsed;
        Dictionary<Resident, List<Message>> late = [];
        while (_fresh.TryPeek(out var first) && first.Deadline <= now)
        {
            var (resident, message, _) = _fresh.Dequeue();
            if (message.State != MessageState.New || !node.Residents.Contains(resident))
                continue;

            // The turn in flight may be the instance's last: a row behind it would never be read.
            if (resident.Releasing || resident.Committing)
            {
                _fresh.Enqueue((resident, message, now + Pause));
                continue;
            }

            if (!late.TryGetValue(resident, out var messages))
                late.Add(resident, messages = []);
            messages.Add(message);
        }

        foreach (var (resident, messages) in late)
            Store(resident, messages);
        ScheduleSweep();
    }

    /// <summary>
    /// Commits all that has no turn yet: the hub stops. Who sends to an instance whose turn is being committed is told
    /// to ask again.
    /// </summary>
    public void StoreAll()
    {
        foreach (var resident in node.Residents.All.Where(resident => !resident.Releasing && !resident.Committing).ToList())
        {
            var messages = resident.Mailbox.Where(message => message.State == MessageState.New).ToList();
            if (messages.Count > 0)
                Store(resident, messages);
        }
    }

    /// <summary>
    /// For an instance that may kill its process, or has cost a worker: what a turn of it will consume comes first into the
    /// store, so that the next crash shows whether a turn was at work, or the activity whose result would be lost with it.
    /// </summary>
    /// <returns>False while they are on their way; then the turn's time has come.</returns>
    public bool AreStored(Resident resident)
    {
        var messages = resident.Mailbox.Where(message => message.State == MessageState.New).ToList();
        if (messages.Count > 0)
            Store(resident, messages);
        return resident.Mailbox.TrueForAll(message => message.State is MessageState.Stored or MessageState.Derived);
    }

    private void Store(Resident resident, List<Message> messages)
    {
        var unit = new CommitUnit { Done = result => Stored(resident, messages, result) };
        if (!resident.Stored && !resident.Storing)
        {
            resident.Storing = true;
            unit.Inserts.Add(new InstanceWrite(resident.State, resident.State.ToByteArray()));
            if (resident.Replaces)
                unit.Replaced.Add(resident.Id);
        }

        foreach (var message in messages)
        {
            message.State = MessageState.Committing;
            unit.Inbox.Add(new InboxWrite(resident.Id, message.Id, message.ExecutionId, message.Event.ToByteArray()));
        }

        node.Commit(unit);
    }

    private void Stored(Resident resident, List<Message> messages, CommitResult result)
    {
        if (result.Status == CommitStatus.InstanceExists)
        {
            node.Instances.CreationRefused(resident, []);
            return;
        }

        foreach (var message in messages)
        {
            if (message.State == MessageState.Committing)
                message.State = MessageState.Stored;
            message.Settle(result.Status == CommitStatus.Committed ? null : Node.Unavailable());
        }

        if (result.Status != CommitStatus.Committed || !node.Residents.Contains(resident))
            return;

        InstanceFlow.Created(resident);
        node.Turns.Advance(resident);
    }
}
