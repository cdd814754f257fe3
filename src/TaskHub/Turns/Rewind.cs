using Google.Protobuf.WellKnownTypes;
using Pao.DurableTask.Protocol;
using EventType = Pao.DurableTask.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Pao.TaskHub.Turns;

/// <summary>
/// Rewrites a failed history so that its successes stay and its failures never happened. The host does it for every
/// worker: a .NET worker never answers with a rewritten history of its own.
/// </summary>
internal static class Rewind
{
    /// <summary>The history without its end and the failures that led to it.</summary>
    /// <param name="history">The failed execution's history.</param>
    /// <param name="executionId">The execution that goes on.</param>
    /// <param name="parentExecutionId">The parent's new execution, when the parent is rewound too.</param>
    public static List<HistoryEvent> Rewrite(IReadOnlyList<HistoryEvent> history, string executionId, string? parentExecutionId)
    {
        var dropped = UnhandledFailures(history);
        var failedTasks = dropped.Where(e => e.TaskFailed is not null).Select(e => e.TaskFailed.TaskScheduledId).ToHashSet();

        var kept = history.Where(e => e.EventTypeCase switch
        {
            EventType.TaskFailed or EventType.SubOrchestrationInstanceFailed => !dropped.Contains(e),
            EventType.ExecutionCompleted => false,
            EventType.TaskScheduled => !failedTasks.Contains(e.EventId),
            _ => true,
        }).ToList();

        for (var i = 0; i < kept.Count; i++)
            if (kept[i].ExecutionStarted is not null)
                kept[i] = Renamed(kept[i], executionId, parentExecutionId);

        return kept;
    }

    /// <summary>The children that a rewound execution waits for: created, not completed, and not failed with that having been dealt with.</summary>
    public static IEnumerable<(int TaskId, SubOrchestrationInstanceCreatedEvent Created)> Children(IReadOnlyList<HistoryEvent> rewritten)
    {
        var ended = rewritten
            .Select(e => e.SubOrchestrationInstanceCompleted?.TaskScheduledId ?? e.SubOrchestrationInstanceFailed?.TaskScheduledId)
            .OfType<int>()
            .ToHashSet();

        return rewritten.Where(e => e.SubOrchestrationInstanceCreated is not null && !ended.Contains(e.EventId))
            .Select(e => (e.EventId, e.SubOrchestrationInstanceCreated));
    }

    /// <summary>The state of a rewound instance: running again, its output gone.</summary>
    public static OrchestrationState State(OrchestrationState failed, string executionId, Timestamp now)
    {
        var state = failed.Clone();
        state.ExecutionId = executionId;
        state.OrchestrationStatus = OrchestrationStatus.Running;
        state.Output = null;
        state.FailureDetails = null;
        state.CompletedTimestamp = null;
        state.LastUpdatedTimestamp = now;
        return state;
    }

    /// <summary>
    /// Failures that the orchestrator did not answer with an action in the same turn. One that it did answer, a retry's
    /// timer for one, was part of its way and stays: without it the replay would not find its actions again.
    /// </summary>
    private static HashSet<HistoryEvent> UnhandledFailures(IReadOnlyList<HistoryEvent> history)
    {
        HashSet<HistoryEvent> unhandled = new(ReferenceEqualityComparer.Instance);
        List<HistoryEvent> turn = [];
        foreach (var e in history)
        {
            switch (e.EventTypeCase)
            {
                case EventType.OrchestratorStarted:
                    unhandled.UnionWith(turn);
                    turn.Clear();
                    break;
                case EventType.TaskFailed or EventType.SubOrchestrationInstanceFailed:
                    turn.Add(e);
                    break;
                case EventType.TaskScheduled or EventType.TimerCreated or EventType.SubOrchestrationInstanceCreated or EventType.EventSent:
                    turn.Clear();
                    break;
            }
        }

        unhandled.UnionWith(turn);
        return unhandled;
    }

    private static HistoryEvent Renamed(HistoryEvent started, string executionId, string? parentExecutionId)
    {
        var renamed = started.Clone();
        renamed.ExecutionStarted.OrchestrationInstance.ExecutionId = executionId;
        if (parentExecutionId is not null && renamed.ExecutionStarted.ParentInstance is { } parent)
            parent.OrchestrationInstance.ExecutionId = parentExecutionId;
        return renamed;
    }
}
