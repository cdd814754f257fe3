using System.Diagnostics;

namespace Pao.DurableTask;

/// <summary>How an orchestration is started.</summary>
/// <param name="InstanceId">Its id; a new one unless given.</param>
/// <param name="StartAt">When it starts; at once unless given.</param>
public record StartOrchestrationOptions(string? InstanceId = null, DateTimeOffset? StartAt = null)
{
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The orchestrator's version; the client's default unless given.</summary>
    public TaskVersion? Version { get; init; }

    /// <summary>
    /// An instance with the same id in one of these statuses stands in the way of the start; in any other it is replaced.
    /// Unset leaves it to the hub: it replaces those that have ended.
    /// </summary>
    public IReadOnlyList<string>? DedupeStatuses { get; init; }

    internal ActivityContext? ParentTrace { get; init; }
}
