using Pao.DurableTask.Protocol;

namespace Pao.TaskHub.Turns;

/// <summary>What one turn changes, before anything is written.</summary>
internal sealed record TurnOutcome
{
    /// <summary>The events that the turn appends to the history, in order.</summary>
    public required IReadOnlyList<HistoryEvent> Events { get; init; }

    /// <summary>The instance's state after the turn.</summary>
    public required OrchestrationState State { get; init; }

    /// <summary>Whether the worker had a custom status to tell.</summary>
    public bool SetsStatus { get; init; }

    /// <summary>Messages for other instances, and for this one when it sends to itself.</summary>
    public required IReadOnlyList<Delivery> Deliveries { get; init; }

    public required IReadOnlyList<ChildStart> Children { get; init; }

    /// <summary>When the orchestrator continued as new: the next execution's first messages.</summary>
    public NextExecution? Next { get; init; }

    public bool IsTerminal => State.OrchestrationStatus.IsTerminal();
}

/// <summary>A message for an instance.</summary>
/// <param name="InstanceId">The instance that gets it.</param>
/// <param name="ExecutionId">The only execution that may take it; null for any.</param>
/// <param name="Event">The message.</param>
internal sealed record Delivery(string InstanceId, string? ExecutionId, HistoryEvent Event);

/// <summary>A sub-orchestration to create.</summary>
/// <param name="TaskId">The parent's action, told when the child ends.</param>
/// <param name="State">The child's state: pending.</param>
/// <param name="Started">The child's first message.</param>
internal sealed record ChildStart(int TaskId, OrchestrationState State, HistoryEvent Started);

internal sealed record NextExecution(string ExecutionId, IReadOnlyList<HistoryEvent> Messages);
