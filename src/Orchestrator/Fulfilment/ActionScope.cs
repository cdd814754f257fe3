using System.Text.Json.Nodes;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>For whom actions are carried out: a request for an item, or one component of a bundle.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="ComponentId">The component; null when the request is for an item.</param>
/// <param name="Fields">The values of the item's form.</param>
/// <param name="Metadata">The item's metadata.</param>
/// <param name="Request">What templates read as <c>request.x</c>.</param>
/// <param name="CorrelationId">Of the call that made the request.</param>
internal sealed record ActionScope(
    Guid RequestId, string? ComponentId, JsonObject Fields, JsonObject Metadata, JsonObject Request, string CorrelationId)
{
    /// <inheritdoc cref="PinnedItem.Groups"/>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Groups { get; init; }

    public static ActionScope Of(FulfilmentInput input) =>
        new(input.RequestId, ComponentId: null, input.Fields, input.Item.Metadata, RequestScope.Of(input), input.CorrelationId)
        {
            Groups = input.Item.Groups,
        };
}
