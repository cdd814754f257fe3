using Pao.DurableTask.Protocol;

namespace Pao.TaskHub.Queries;

/// <summary>A page of instances by creation, oldest first.</summary>
internal sealed record InstanceFilter
{
    public IReadOnlyList<OrchestrationStatus> Statuses { get; init; } = [];

    /// <summary>Inclusive.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Exclusive.</summary>
    public DateTimeOffset? CreatedTo { get; init; }

    public string IdPrefix { get; init; } = "";

    public PageKey? After { get; init; }

    public required int Limit { get; init; }
}

/// <summary>A page of ended instances by their end.</summary>
internal sealed record CompletedFilter
{
    public IReadOnlyList<OrchestrationStatus> Statuses { get; init; } = [];

    public DateTimeOffset? CompletedFrom { get; init; }

    public DateTimeOffset? CompletedTo { get; init; }

    public PageKey? After { get; init; }

    public required int Limit { get; init; }
}
