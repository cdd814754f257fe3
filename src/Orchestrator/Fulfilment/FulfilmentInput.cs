using System.Text.Json.Nodes;
using Pao.Catalog;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>
/// Everything a fulfilment knows, fixed when the request was accepted: a later change of the catalog never touches it.
/// </summary>
/// <remarks>It is kept in histories, so its JSON form outlives this version of the code.</remarks>
public sealed record FulfilmentInput(
    Guid RequestId,
    PinnedItem Item,
    JsonObject Fields,
    Requester Requester,
    string? Team,
    string CorrelationId,
    DateTimeOffset SubmittedAt);

/// <summary>The catalog item of one version, as far as its fulfilment needs it.</summary>
public sealed record PinnedItem(
    string Id, string Version, string Digest, JsonObject Metadata, IReadOnlyList<ActionDefinition> Actions)
{
    public static PinnedItem From(CatalogItem item) =>
        new(item.Id, item.Version, item.Digest, item.Metadata, item.Actions);
}

/// <summary>Who asked.</summary>
public sealed record Requester(string UserId, string? Name, string? Email, IReadOnlyList<string> Teams);
