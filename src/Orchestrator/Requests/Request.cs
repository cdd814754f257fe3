using System.Text.Json.Nodes;
using Pao.Orchestrator.Planning;

namespace Pao.Orchestrator.Requests;

/// <summary>A request as its row tells it, with how far its actions are.</summary>
public sealed record Request(
    Guid Id,
    string CatalogItemId,
    string CatalogItemVersion,
    string UserId,
    string? Team,
    RequestStatus Status,
    JsonObject Fields,
    string CorrelationId,
    JsonObject? Error,
    Progress Progress,
    string? CurrentAction,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? CompletedAt)
{
    /// <summary>How it is fulfilled; null before it has begun.</summary>
    public ChosenPlan? Plan { get; init; }
}

public sealed record Progress(int Completed, int Total);

/// <summary>One component of a request for a bundle.</summary>
public sealed record RequestComponent(
    string Id,
    string CatalogItemId,
    string CatalogItemVersion,
    IReadOnlyList<string> DependsOn,
    string Status,
    JsonObject? Outputs,
    JsonObject? Error,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt);

/// <summary>A line of the log that a request leaves for people.</summary>
public sealed record LogEntry(
    long Sequence, DateTimeOffset At, string Level, string Message, string? ActionId, string? ComponentId);
