using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Nodes;
using Pao.TaskHub.Residency;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Poison;

/// <summary>
/// Ends instances that cannot be handled, without a worker: as failed, with details that say why, so that nobody touches
/// them again until an operator rewinds them. Called under the hub's lock.
/// </summary>
internal sealed partial class SetAside(Node node)
{
    private const string WhatToDo = "Mend the cause, then rewind the instance, or purge it.";

    /// <summary>An instance in memory that no turn is at work for.</summary>
    public void Resident(Resident resident, string why)
    {
        node.Turns.Withdraw(resident);
        var outcome = Turn.Apply(
            resident.State,
            resident.Execution,
            node.Turns.Compose(resident) ?? [Events.OrchestratorStarted(node.Clock.Timestamp)],
            Decision(resident.State, why),
            node.Clock.Timestamp);
        resident.Committing = true;
        var commit = new TurnCommit(
            node,
            resident,
            resident.Mailbox.Count,
            outcome,
            TurnFlow.Serialize(resident, outcome),
            outcome.State.ToByteArray(),
            error => Done(resident.Id, why, error is null));
        commit.Enqueue();
    }

    /// <summary>
    /// An instance as the store has it. What cannot be read of it is passed over and stays where it is, so that a build
    /// that can read it finds it.
    /// </summary>
    public void Stored(StoredInstance stored, string why)
    {
        var now = node.Clock.Timestamp;
        stored = WithParked(stored);
        var (execution, unreadable) = Fold(stored);
        if (unreadable > 0)
            why = $"{why} {unreadable} of its turns or messages cannot be read.";

        var outcome = Turn.Apply(stored.State, execution, Messages(stored, execution), Decision(stored.State, why), now);
        List<(Delivery Delivery, Guid MessageId)> deliveries = [.. outcome.Deliveries.Select(delivery => (delivery, Guid.CreateVersion7()))];
        var unit = new CommitUnit
        {
            Done = result =>
            {
                if (result.Status == CommitStatus.Committed)
                {
                    node.Residents.TakeParked(stored.State.InstanceId); // what came while this was on its way: too late
                    node.Instances.Route(deliveries, result.Owners);
                    node.Waiters.Tell(outcome.State);
                }

                Done(stored.State.InstanceId, why, result.Status == CommitStatus.Committed);
            },
        };
        unit.Updates.Add(new InstanceWrite(outcome.State, outcome.State.ToByteArray()));
        unit.History.Add(new HistoryWrite(
            stored.State.InstanceId, stored.State.ExecutionId, stored.NextTurn, StoredTurn.Write(outcome.Events, setsStatus: false)));
        foreach (var (delivery, id) in deliveries)
            unit.Deliveries.Add(new InboxWrite(delivery.InstanceId, id, delivery.ExecutionId, delivery.Event.ToByteArray()));
        node.Commit(unit);
    }

    private static OrchestratorResponse Decision(OrchestrationState state, string why) =>
        PoisonFailure.Decision(state, PoisonFailure.Of(PoisonFailure.InstanceErrorType, $"{why} {WhatToDo}"));

    private void Done(string instanceId, string why, bool committed)
    {
        if (!committed)
            return;

        node.Metrics.InstanceSetAside();
        Log.SetAside(node.Logger, instanceId, why);
    }

    private static (Execution Execution, int Unreadable) Fold(StoredInstance stored)
    {
        var execution = new Execution(stored.State.ExecutionId);
        var unreadable = stored.Inbox.Count(message => Read(HistoryEvent.Parser, message.Event) is null);
        foreach (var turn in stored.Turns)
        {
            if (Read(HistoryChunk.Parser, turn) is { } chunk)
                execution.Append(chunk.Events, turn.Length, StoredTurn.SetsStatus(turn));
            else
                unreadable++;
        }

        return (execution, unreadable);
    }

    /// <summary>With what came after its inbox was read: its end removes those rows, too.</summary>
    private StoredInstance WithParked(StoredInstance stored)
    {
        var known = stored.Inbox.Select(message => message.MessageId).ToHashSet();
        return stored with
        {
            Inbox = [.. stored.Inbox, .. node.Residents.TakeParked(stored.State.InstanceId).Where(message => known.Add(message.MessageId))],
        };
    }

    /// <summary>The last turn's events: what waits belongs into the history, or a rewind would not find it.</summary>
    private List<HistoryEvent> Messages(StoredInstance stored, Execution execution)
    {
        List<HistoryEvent> events = [Events.OrchestratorStarted(node.Clock.Timestamp)];
        foreach (var message in stored.Inbox)
        {
            if (Read(HistoryEvent.Parser, message.Event) is not { } e || !execution.Accepts(e, message.ExecutionId))
                continue;

            if (e.ExecutionStarted is null)
                events.Add(e);
            else
                events.Insert(1, e);
        }

        return events;
    }

    private static T? Read<T>(MessageParser<T> parser, byte[] bytes)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Error, "Instance {InstanceId} is set aside as failed: {Why}")]
        public static partial void SetAside(ILogger logger, string instanceId, string why);
    }
}
