using Google.Protobuf.WellKnownTypes;
using Pao.DurableTask.Protocol;
using EventType = Pao.DurableTask.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Pao.TaskHub.Turns;

/// <summary>
/// One execution of an instance, folded from its history: what is pending is what the history began and did not end, so
/// nothing of this needs a row of its own. The same fold serves a committed turn and a load from the store.
/// </summary>
internal sealed class Execution(string executionId)
{
    private readonly List<HistoryEvent> _history = [];

    public string ExecutionId { get; } = executionId;

    public IReadOnlyList<HistoryEvent> History => _history;

    /// <summary>How many turns are committed.</summary>
    public int Turns { get; private set; }

    /// <summary>The size of the history as stored.</summary>
    public long Bytes { get; private set; }

    public ExecutionStartedEvent? Started { get; private set; }

    public bool Suspended { get; private set; }

    /// <summary>The time of the latest turn; turns never go back in time.</summary>
    public Timestamp? LastTurnAt { get; private set; }

    /// <summary>Activities without an end, by task id.</summary>
    public Dictionary<int, HistoryEvent> Tasks { get; } = [];

    /// <summary>Timers that have not fired, by timer id.</summary>
    public Dictionary<int, Timestamp> Timers { get; } = [];

    /// <summary>Sub-orchestrations without an end, by task id.</summary>
    public Dictionary<int, SubOrchestrationInstanceCreatedEvent> Children { get; } = [];

    /// <summary>Whether a turn set the custom status; until then it is what an earlier generation left.</summary>
    public bool HasStatus { get; private set; }

    public void Append(IReadOnlyList<HistoryEvent> turn, long bytes, bool setsStatus)
    {
        HasStatus |= setsStatus;
        foreach (var e in turn)
            Apply(e);

        _history.AddRange(turn);
        Bytes += bytes;
        Turns++;
    }

    /// <summary>Whether the message still means something to this execution; the rest is dropped.</summary>
    public bool Accepts(HistoryEvent message, string? boundTo)
    {
        if (boundTo is not null && boundTo != ExecutionId)
            return false;

        return message.EventTypeCase switch
        {
            EventType.ExecutionStarted => Started is null,
            EventType.TaskCompleted => Tasks.ContainsKey(message.TaskCompleted.TaskScheduledId),
            EventType.TaskFailed => Tasks.ContainsKey(message.TaskFailed.TaskScheduledId),
            EventType.TimerFired => Timers.ContainsKey(message.TimerFired.TimerId),
            EventType.SubOrchestrationInstanceCompleted => Children.ContainsKey(message.SubOrchestrationInstanceCompleted.TaskScheduledId),
            EventType.SubOrchestrationInstanceFailed => Children.ContainsKey(message.SubOrchestrationInstanceFailed.TaskScheduledId),
            _ => true,
        };
    }

    private void Apply(HistoryEvent e)
    {
        switch (e.EventTypeCase)
        {
            case EventType.OrchestratorStarted: LastTurnAt = e.Timestamp; break;
            case EventType.ExecutionStarted: Started = e.ExecutionStarted; break;
            case EventType.ExecutionSuspended: Suspended = true; break;
            case EventType.ExecutionResumed: Suspended = false; break;
            case EventType.TaskScheduled: Tasks[e.EventId] = e; break;
            case EventType.TaskCompleted: Tasks.Remove(e.TaskCompleted.TaskScheduledId); break;
            case EventType.TaskFailed: Tasks.Remove(e.TaskFailed.TaskScheduledId); break;
            case EventType.TimerCreated: Timers[e.EventId] = e.TimerCreated.FireAt; break;
            case EventType.TimerFired: Timers.Remove(e.TimerFired.TimerId); break;
            case EventType.SubOrchestrationInstanceCreated: Children[e.EventId] = e.SubOrchestrationInstanceCreated; break;
            case EventType.SubOrchestrationInstanceCompleted: Children.Remove(e.SubOrchestrationInstanceCompleted.TaskScheduledId); break;
            case EventType.SubOrchestrationInstanceFailed: Children.Remove(e.SubOrchestrationInstanceFailed.TaskScheduledId); break;
        }
    }
}
