using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Pao.Catalog;

/// <summary>One step of a fulfilment as its author wrote it, templates unrendered.</summary>
/// <remarks>It is pinned in the orchestration's input, so its JSON form outlives this version of the code.</remarks>
public sealed record ActionDefinition(
    string Id,
    string? Name,
    string Type,
    JsonObject Config,
    string? Condition,
    IReadOnlyList<string> DependsOn,
    RetryDefinition? Retry,
    TimeSpan? Timeout,
    JsonNode? Outputs);

/// <summary>How often and how patiently a failed action is tried again; null means the service's default.</summary>
/// <param name="Attempts">Further tries after the first.</param>
public sealed record RetryDefinition(int? Attempts, BackoffKind? Backoff, TimeSpan? InitialDelay, TimeSpan? MaxDelay);

[JsonConverter(typeof(JsonStringEnumConverter<BackoffKind>))]
public enum BackoffKind
{
    Exponential,
    Linear,
}
