using System.Security.Cryptography;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Pao.DurableTask.Protocol;

namespace Pao.TaskHub.Turns;

/// <summary>Builds the events that the hub itself writes.</summary>
internal static class Events
{
    public static string NewExecutionId() => Guid.NewGuid().ToString("N");

    /// <summary>
    /// The execution that goes on after a failed one. It follows from that one's, so that of two who rewind it at once the second writes a
    /// history that is there already.
    /// </summary>
    public static string RewoundExecutionId(string failed) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"rewound {failed}")).AsSpan(0, 16));

    /// <summary>An event that records no action: its id is −1.</summary>
    private static HistoryEvent At(Timestamp now) => new() { EventId = -1, Timestamp = now };

    public static HistoryEvent OrchestratorStarted(Timestamp now)
    {
        var e = At(now);
        e.OrchestratorStarted = new OrchestratorStartedEvent();
        return e;
    }

    public static HistoryEvent OrchestratorCompleted(Timestamp now)
    {
        var e = At(now);
        e.OrchestratorCompleted = new OrchestratorCompletedEvent();
        return e;
    }

    public static HistoryEvent Started(Timestamp now, ExecutionStartedEvent started)
    {
        var e = At(now);
        e.ExecutionStarted = started;
        return e;
    }

    public static HistoryEvent TimerFired(Timestamp now, int timerId, Timestamp fireAt)
    {
        var e = At(now);
        e.TimerFired = new TimerFiredEvent { TimerId = timerId, FireAt = fireAt };
        return e;
    }

    public static HistoryEvent Raised(Timestamp now, string name, string? input)
    {
        var e = At(now);
        e.EventRaised = new EventRaisedEvent { Name = name, Input = input };
        return e;
    }

    public static HistoryEvent Terminated(Timestamp now, string? output, bool recurse)
    {
        var e = At(now);
        e.ExecutionTerminated = new ExecutionTerminatedEvent { Input = output, Recurse = recurse };
        return e;
    }

    public static HistoryEvent Suspended(Timestamp now, string? reason)
    {
        var e = At(now);
        e.ExecutionSuspended = new ExecutionSuspendedEvent { Input = reason };
        return e;
    }

    public static HistoryEvent Resumed(Timestamp now, string? reason)
    {
        var e = At(now);
        e.ExecutionResumed = new ExecutionResumedEvent { Input = reason };
        return e;
    }

    public static HistoryEvent Rewound(Timestamp now, string? reason)
    {
        var e = At(now);
        e.ExecutionRewound = new ExecutionRewoundEvent { Reason = reason };
        return e;
    }

    public static HistoryEvent TaskEnded(Timestamp now, ActivityResponse response)
    {
        var e = At(now);
        if (response.FailureDetails is { } failure)
            e.TaskFailed = new TaskFailedEvent { TaskScheduledId = response.TaskId, FailureDetails = failure };
        else
            e.TaskCompleted = new TaskCompletedEvent { TaskScheduledId = response.TaskId, Result = response.Result };
        return e;
    }

    /// <summary>What a child's end means to its parent: anything but success is a failure with details.</summary>
    public static HistoryEvent ChildEnded(Timestamp now, int taskScheduledId, OrchestrationState child)
    {
        var e = At(now);
        if (child.OrchestrationStatus == OrchestrationStatus.Completed)
        {
            e.SubOrchestrationInstanceCompleted = new SubOrchestrationInstanceCompletedEvent
            {
                TaskScheduledId = taskScheduledId,
                Result = child.Output,
            };
            return e;
        }

        e.SubOrchestrationInstanceFailed = new SubOrchestrationInstanceFailedEvent
        {
            TaskScheduledId = taskScheduledId,
            FailureDetails = child.FailureDetails ?? new TaskFailureDetails
            {
                ErrorType = "OrchestrationTerminated",
                ErrorMessage = child.Output ?? $"Sub-orchestration '{child.InstanceId}' was terminated.",
            },
        };
        return e;
    }

    public static HistoryEvent ChildExists(Timestamp now, int taskScheduledId, string childId) => ChildRefused(
        now, taskScheduledId, "OrchestrationAlreadyExists", $"An instance with the id '{childId}' exists already and has not ended.");

    /// <summary>A child that is not created; the same request would be refused again.</summary>
    public static HistoryEvent ChildRefused(Timestamp now, int taskScheduledId, string errorType, string why)
    {
        var e = At(now);
        e.SubOrchestrationInstanceFailed = new SubOrchestrationInstanceFailedEvent
        {
            TaskScheduledId = taskScheduledId,
            FailureDetails = new TaskFailureDetails
            {
                ErrorType = errorType,
                ErrorMessage = why,
                IsNonRetriable = true,
            },
        };
        return e;
    }
}
