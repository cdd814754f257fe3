using System.Text.Json.Nodes;

namespace Pao.Catalog;

/// <summary>An action with every template rendered, secrets still references: what the history keeps.</summary>
/// <param name="Skipped">The action's condition does not hold: nothing was rendered and nothing is to be done.</param>
public sealed record PreparedAction(
    string Id,
    string Type,
    bool Skipped,
    JsonObject Config,
    RetryDefinition? Retry,
    TimeSpan? Timeout,
    JsonNode? Outputs);
