using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pao.DurableTask;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Dispatch;
using Pao.TaskHub.Poison;
using Pao.TaskHub.Residency;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Nodes;

/// <summary>A turn's way: messages, worker, commit, and what follows from it.</summary>
internal sealed partial class TurnFlow(Node node)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastPause = TimeSpan.FromSeconds(30);

    private const int MaxRefusals = 5;

    private readonly Dictionary<string, TurnItem> _running = [];

    /// <summary>Turns in workers' hands.</summary>
    public int Running => _running.Count;

    /// <summary>Begins the instance's next turn when it has a reason to and nothing stands in the way.</summary>
    public void Advance(Resident resident)
    {
        if (resident.Committing || resident.Releasing || resident.Mailbox.Count == 0)
            return;

        if (resident.Mailbox.Exists(message => message.Event.ExecutionTerminated is not null && Accepts(resident, message)))
        {
            if (!resident.Storing)
                Terminate(resident);
            return;
        }

        if (resident.Turn is not null || resident.Queued || resident.Counting)
            return;

        if (ScheduledStart(resident) is { } start && start > node.Clock.Now)
        {
            node.Alarm.At(start, () => AdvanceLater(resident));
            return;
        }

        if (resident.NotBefore - node.Clock.Elapsed is var pause && pause > TimeSpan.Zero)
        {
            node.Alarm.After(pause, () => AdvanceLater(resident));
            return;
        }

        if (resident.Execution.Started is null && !resident.Mailbox.Exists(message => message.Event.ExecutionStarted is not null))
            return;

        if (IsDangerous(resident) && !node.LateMessages.AreStored(resident))
            return; // it comes again when they are

        if (!node.LostWorkers.SetAside(resident))
            node.Dispatcher.Enqueue(resident);
    }

    /// <summary>
    /// Whether the turn may be what killed a process: the instance was in work then, or nobody would know if it had been,
    /// because it is not stored.
    /// </summary>
    private bool IsDangerous(Resident resident) =>
        resident.Attempts > 0 || (!resident.Stored && node.Clock.IsAfterCrash(node.Options.CarefulTime));

    /// <summary>Sends the instance's turn to a worker. False when none of its messages means anything any more.</summary>
    public bool Start(Resident resident, WorkerStream stream)
    {
        if (Compose(resident) is not { } newEvents)
        {
            CommitDropped(resident);
            return false;
        }

        var item = new TurnItem(resident, stream, newEvents, resident.Mailbox.Count);
        resident.Turn = item;
        _running.Add(item.Token, item);
        stream.Turns.Add(item);
        Send(item, withHistory: resident.Session != stream);
        node.Residents.Touch(resident, node.Clock.Elapsed);
        return true;
    }

    /// <summary>Takes a worker's decisions; the task ends when they are durable.</summary>
    public Task CompleteAsync(OrchestratorResponse response)
    {
        TurnItem item;
        lock (node.Gate)
        {
            item = _running.GetValueOrDefault(response.CompletionToken) ?? throw StaleToken();
            if (response is { IsPartial: true, ChunkIndex: > 0 and var index })
            {
                if (index < item.NextChunk)
                    return Task.CompletedTask; // it was taken, and its answer was lost
                item.NextChunk = index + 1;
            }

            if (item.Partial is not null && response.ChunkIndex is null or > 0)
                item.Partial.Actions.Add(response.Actions);
            if (response.IsPartial)
            {
                if (item.Partial is null || response.ChunkIndex is null or 0)
                    (item.Partial, item.NextChunk) = (response.Clone(), 0);
                return Task.CompletedTask;
            }

            if (response.RequiresHistory)
            {
                item.Resident.Session = null;
                Send(item, withHistory: true);
                return Task.CompletedTask;
            }

            if (item.Partial is not null)
                response = WithAllActions(response, item.Partial);
            Take(item);
            item.Resident.Committing = true;
        }

        return CommitAsync(item, response);
    }

    /// <summary>Gives a turn back; it waits longer each time before the next worker gets it.</summary>
    public void Abandon(string token)
    {
        lock (node.Gate)
        {
            if (!_running.TryGetValue(token, out var item))
                return;

            node.Metrics.TurnAbandoned();
            Take(item);
            PutOff(item.Resident);
            node.Dispatcher.Pump();
        }
    }

    /// <summary>The turn comes again, after a pause that doubles each time in a row.</summary>
    private void PutOff(Resident resident)
    {
        resident.Session = null;
        resident.Abandoned++;
        var pause = FirstPause * Math.Pow(2, Math.Min(resident.Abandoned - 1, 16));
        resident.NotBefore = node.Clock.Elapsed + (pause < LastPause ? pause : LastPause);
        Log.TurnAbandoned(node.Logger, resident.Id, resident.Abandoned);
        Advance(resident);
    }

    /// <summary>Takes the instance's turn away from its worker, whose answer comes too late from now on.</summary>
    public void Withdraw(Resident resident)
    {
        node.Dispatcher.Withdraw(resident);
        if (resident.Turn is { } item)
            Take(item);
    }

    private void Take(TurnItem item)
    {
        _running.Remove(item.Token);
        item.Stream.Turns.Remove(item);
        item.Resident.Turn = null;
    }

    private void AdvanceLater(Resident resident)
    {
        if (node.Residents.Contains(resident))
            Advance(resident);
    }

    private static DateTimeOffset? ScheduledStart(Resident resident) =>
        resident.Execution.Started is null ? resident.State.ScheduledStartTimestamp?.ToDateTimeOffset() : null;

    private static bool Accepts(Resident resident, Message message) => resident.Execution.Accepts(message.Event, message.ExecutionId);

    /// <summary>The turn's events: its start, ExecutionStarted if there is one, and the messages in order of delivery.</summary>
    public List<HistoryEvent>? Compose(Resident resident)
    {
        List<HistoryEvent> events = new(resident.Mailbox.Count + 1) { Events.OrchestratorStarted(TurnTime(resident)) };
        var started = resident.Mailbox.Find(message => message.Event.ExecutionStarted is not null && Accepts(resident, message));
        if (started is not null)
            events.Add(started.Event);

        foreach (var message in resident.Mailbox)
            if (message.Event.ExecutionStarted is null && Accepts(resident, message))
                events.Add(message.Event);

        return events.Count > 1 ? events : null;
    }

    private Timestamp TurnTime(Resident resident)
    {
        var now = node.Clock.Timestamp;
        return resident.Execution.LastTurnAt is { } last && last > now ? last : now;
    }

    private static void Send(TurnItem item, bool withHistory)
    {
        var resident = item.Resident;
        var request = new OrchestratorRequest { InstanceId = resident.Id, ExecutionId = resident.Execution.ExecutionId };
        if (withHistory)
            request.PastEvents.AddRange(resident.Execution.History);
        request.NewEvents.AddRange(item.NewEvents);

        if (item.Stream.KeepsSessions)
        {
            request.Properties[ExtendedSessions.IsExtendedSession] = Value.ForBool(true);
            request.Properties[ExtendedSessions.IncludeState] = Value.ForBool(withHistory);
            request.Properties[ExtendedSessions.Turn] = Value.ForNumber(resident.Execution.Turns);
        }

        item.Stream.Send(new WorkItem { OrchestratorRequest = request, CompletionToken = item.Token });
    }

    private static OrchestratorResponse WithAllActions(OrchestratorResponse last, OrchestratorResponse partial)
    {
        var whole = last.Clone();
        whole.Actions.Clear();
        whole.Actions.Add(partial.Actions);
        return whole;
    }

    /// <summary>Applies and serialises outside the lock: while it is committing, nobody else changes the instance.</summary>
    private async Task CommitAsync(TurnItem item, OrchestratorResponse response)
    {
        var resident = item.Resident;
        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await StoredAsync(resident);

        TurnOutcome outcome;
        byte[] bytes;
        byte[] content;
        try
        {
            outcome = Turn.Apply(resident.State, resident.Execution, item.NewEvents, response, node.Clock.Timestamp);
            bytes = Serialize(resident, outcome);
            if (node.Bounds.Exceeded(resident.Execution, outcome, bytes.Length) is { } failure)
            {
                outcome = Turn.Apply(
                    resident.State, resident.Execution, item.NewEvents, PoisonFailure.Decision(resident.State, failure), node.Clock.Timestamp);
                bytes = Serialize(resident, outcome);
                Log.TooLarge(node.Logger, resident.Id, failure.ErrorMessage);
            }

            content = outcome.State.ToByteArray();
        }
#pragma warning disable CA1031 // Whatever is wrong with the decisions, the instance must not stay taken.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Refuse(resident, e.Message);
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"The turn's decisions cannot be carried out: {e.Message}"));
        }

        lock (node.Gate)
        {
            if (!node.Residents.Contains(resident))
                throw Node.Unavailable();

            resident.Session = item.Stream.KeepsSessions ? item.Stream : null;
            new TurnCommit(node, resident, item.Taken, outcome, bytes, content, error => Settle(durable, error)).Enqueue();
            node.Dispatcher.Pump();
        }

        await durable.Task;
        node.Metrics.TurnCommitted(TimeProvider.System.GetElapsedTime(item.Since));
    }

    /// <summary>
    /// Ends the instance without a worker: nothing that its code could say would matter, and it works for an instance
    /// that never started, is suspended, or has no worker.
    /// </summary>
    private void Terminate(Resident resident)
    {
        Withdraw(resident);
        var end = resident.Mailbox.FindIndex(message => message.Event.ExecutionTerminated is not null && Accepts(resident, message));
        var events = Compose(resident) ?? throw new InvalidOperationException("A termination is a message that counts.");
        var last = events.FindIndex(e => e.ExecutionTerminated is not null);
        events.RemoveRange(last + 1, events.Count - last - 1);

        var response = new OrchestratorResponse { CustomStatus = resident.State.CustomStatus };
        response.Actions.Add(new OrchestratorAction
        {
            Id = -1,
            CompleteOrchestration = new CompleteOrchestrationAction
            {
                OrchestrationStatus = OrchestrationStatus.Terminated,
                Result = resident.Mailbox[end].Event.ExecutionTerminated.Input,
            },
        });

        resident.Committing = true;
        var outcome = Turn.Apply(resident.State, resident.Execution, events, response, node.Clock.Timestamp);
        new TurnCommit(
            node, resident, resident.Mailbox.Count, outcome, Serialize(resident, outcome), outcome.State.ToByteArray(), static _ => { })
            .Enqueue();
    }

    /// <summary>A turn that took long finds its instance's row on the way into the store, ahead of it: that comes first.</summary>
    private async Task StoredAsync(Resident resident)
    {
        TaskCompletionSource stored;
        lock (node.Gate)
        {
            if (!resident.Storing)
                return;

            stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            resident.Creation.Add(stored);
        }

        await stored.Task;
    }

    /// <summary>Another worker, or another version of its code, may do better; not for ever.</summary>
    private void Refuse(Resident resident, string why)
    {
        lock (node.Gate)
        {
            resident.Committing = false;
            if (!node.Residents.Contains(resident))
                return;

            if (++resident.Refused < MaxRefusals)
                PutOff(resident);
            else
                node.SetAside.Resident(
                    resident, $"Its worker's decisions could not be carried out, {resident.Refused} times in a row: {why}");
        }
    }

    /// <summary>Removes messages that mean nothing to the execution any more.</summary>
    private void CommitDropped(Resident resident)
    {
        var dropped = resident.Mailbox.ToList();
        resident.Mailbox.Clear();
        node.WaitingMessages -= dropped.Count;
        var stored = dropped.Where(message => message.State is MessageState.Stored or MessageState.Committing).ToList();
        foreach (var message in dropped.Except(stored))
            message.Settle(null);
        if (stored.Count == 0)
            return;

        var unit = new CommitUnit
        {
            Done = result =>
            {
                foreach (var message in stored)
                    message.Settle(result.Status == CommitStatus.Committed ? null : Node.Unavailable());
            },
        };
        unit.Consumed.AddRange(stored.Select(message => (resident.Id, message.Id)));
        node.Commit(unit);
    }

    /// <summary>The first turn of a generation that sets the status is marked; the fold needs no more.</summary>
    public static byte[] Serialize(Resident resident, TurnOutcome outcome) =>
        StoredTurn.Write(outcome.Events, outcome.SetsStatus && !resident.Execution.HasStatus);

    private static void Settle(TaskCompletionSource durable, Exception? error)
    {
        if (error is null)
            durable.TrySetResult();
        else
            durable.TrySetException(error);
    }

    private static RpcException StaleToken() => new(new Status(
        StatusCode.NotFound, "The completion token is not valid (any more): the work item was given to another worker, or its instance has ended."));

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Warning, "A turn of instance {InstanceId} was given back ({Times} times in a row).")]
        public static partial void TurnAbandoned(ILogger logger, string instanceId, int times);

        [LoggerMessage(21, LogLevel.Error, "Instance {InstanceId} ends as failed: {Why}")]
        public static partial void TooLarge(ILogger logger, string instanceId, string why);
    }
}
