namespace Pao.DurableTask.Client;

/// <summary>Which instances to delete; only ended ones are.</summary>
/// <param name="CreatedFrom">Created at this time or later.</param>
/// <param name="CreatedTo">Created before this time.</param>
/// <param name="Statuses">In one of these statuses.</param>
public record PurgeInstancesFilter(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null)
{
    /// <summary>How long the hub may take; what is left then is said by <see cref="PurgeResult.IsComplete"/>.</summary>
    public TimeSpan? Timeout { get; init; }
}

/// <summary>What a purge deleted.</summary>
/// <param name="PurgedInstanceCount">How many instances.</param>
/// <param name="IsComplete">False when there is more to delete: ask again.</param>
public record PurgeResult(int PurgedInstanceCount, bool? IsComplete = null);

/// <summary>How instances are deleted.</summary>
/// <param name="Recursive">Whether their sub-orchestrations go with them.</param>
public record PurgeInstanceOptions(bool Recursive = false);

/// <summary>How an instance is terminated.</summary>
/// <param name="Output">What becomes its output.</param>
/// <param name="Recursive">Whether its running sub-orchestrations end too.</param>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);
