using Google.Protobuf.WellKnownTypes;
using Pao.DurableTask.Protocol;
using Wire = Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Tests.Scripted;

/// <summary>History events and messages, short to write.</summary>
internal static class Events
{
    public static readonly DateTime Start = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    public static HistoryEvent TurnStarted(DateTime at) =>
        new() { EventId = -1, Timestamp = at.ToTimestamp(), OrchestratorStarted = new() };

    public static HistoryEvent TurnCompleted(DateTime at) =>
        new() { EventId = -1, Timestamp = at.ToTimestamp(), OrchestratorCompleted = new() };

    public static HistoryEvent Started(string name, string? input = null, string instanceId = "i", string executionId = "e1") =>
        Message(new HistoryEvent
        {
            ExecutionStarted = new()
            {
                Name = name,
                Input = input,
                OrchestrationInstance = new() { InstanceId = instanceId, ExecutionId = executionId },
            },
        });

    public static HistoryEvent Completed(int id, string? result = null) =>
        Message(new HistoryEvent { TaskCompleted = new() { TaskScheduledId = id, Result = result } });

    public static HistoryEvent Failed(int id, string type = "Broken", string message = "It broke.", bool nonRetriable = false) =>
        Message(new HistoryEvent { TaskFailed = new() { TaskScheduledId = id, FailureDetails = Failure(type, message, nonRetriable) } });

    public static HistoryEvent ChildCompleted(int id, string? result = null) =>
        Message(new HistoryEvent { SubOrchestrationInstanceCompleted = new() { TaskScheduledId = id, Result = result } });

    public static HistoryEvent ChildFailed(int id, string message) =>
        Message(new HistoryEvent
        {
            SubOrchestrationInstanceFailed = new() { TaskScheduledId = id, FailureDetails = Failure("Broken", message) },
        });

    public static HistoryEvent Fired(int id) =>
        Message(new HistoryEvent { TimerFired = new() { TimerId = id, FireAt = Start.ToTimestamp() } });

    public static HistoryEvent Raised(string name, string? input = null) =>
        Message(new HistoryEvent { EventRaised = new() { Name = name, Input = input } });

    public static HistoryEvent Suspended() => Message(new HistoryEvent { ExecutionSuspended = new() });

    public static HistoryEvent Resumed() => Message(new HistoryEvent { ExecutionResumed = new() });

    public static HistoryEvent Terminated(string? output) =>
        Message(new HistoryEvent { ExecutionTerminated = new() { Input = output } });

    public static HistoryEvent Rewound() => Message(new HistoryEvent { ExecutionRewound = new() });

    public static HistoryEvent Scheduled(int id, string name) =>
        new() { EventId = id, Timestamp = Start.ToTimestamp(), TaskScheduled = new() { Name = name } };

    public static HistoryEvent TimerCreated(int id) =>
        new() { EventId = id, Timestamp = Start.ToTimestamp(), TimerCreated = new() { FireAt = Start.ToTimestamp() } };

    public static Wire.TaskFailureDetails Failure(string type, string message, bool nonRetriable = false) =>
        new() { ErrorType = type, ErrorMessage = message, IsNonRetriable = nonRetriable };

    /// <summary>The event by which a history records an action; null for a completion.</summary>
    public static HistoryEvent? Recorded(OrchestratorAction action, DateTime at)
    {
        var e = new HistoryEvent { EventId = action.Id, Timestamp = at.ToTimestamp() };
        switch (action.OrchestratorActionTypeCase)
        {
            case OrchestratorAction.OrchestratorActionTypeOneofCase.ScheduleTask:
                e.TaskScheduled = new() { Name = action.ScheduleTask.Name, Input = action.ScheduleTask.Input };
                return e;
            case OrchestratorAction.OrchestratorActionTypeOneofCase.CreateTimer:
                e.TimerCreated = new() { FireAt = action.CreateTimer.FireAt };
                return e;
            case OrchestratorAction.OrchestratorActionTypeOneofCase.CreateSubOrchestration:
                var child = action.CreateSubOrchestration;
                e.SubOrchestrationInstanceCreated = new() { Name = child.Name, InstanceId = child.InstanceId, Input = child.Input };
                return e;
            case OrchestratorAction.OrchestratorActionTypeOneofCase.SendEvent:
                e.EventSent = new()
                {
                    InstanceId = action.SendEvent.Instance.InstanceId,
                    Name = action.SendEvent.Name,
                    Input = action.SendEvent.Data,
                };
                return e;
            default:
                return null;
        }
    }

    private static HistoryEvent Message(HistoryEvent e)
    {
        e.EventId = -1;
        e.Timestamp = Start.ToTimestamp();
        return e;
    }
}
