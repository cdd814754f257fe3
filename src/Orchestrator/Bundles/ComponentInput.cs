using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Pao.Catalog;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Bundles;

/// <summary>Everything the fulfilment of one component knows.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Component">As it was pinned.</param>
/// <param name="Fields">The values of the bundle's form.</param>
/// <param name="Bundle">The bundle's metadata.</param>
/// <param name="Request">What templates read as <c>request.x</c>.</param>
/// <param name="Components">What templates read as <c>components.x</c>: the outputs of those that it depends on.</param>
/// <param name="CorrelationId">Of the call that made the request.</param>
internal sealed record ComponentInput(
    Guid RequestId,
    PinnedComponent Component,
    JsonObject Fields,
    JsonObject Bundle,
    JsonObject Request,
    JsonObject Components,
    string CorrelationId)
{
    /// <summary>By which of the item's actions it is fulfilled.</summary>
    public FulfillmentMode Mode { get; init; }

    /// <summary>Of the bundle's form.</summary>
    /// <inheritdoc cref="PinnedItem.Groups"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Groups { get; init; }

    [JsonIgnore]
    public ComponentKey Key => new(RequestId, Component.Id);

    public static ComponentInput Of(FulfilmentInput input, PinnedComponent component, FulfillmentMode mode, JsonObject components) => new(
        input.RequestId, component, input.Fields, input.Item.Metadata, RequestScope.Of(input), components, input.CorrelationId)
    {
        Mode = mode,
        Groups = input.Item.Groups,
    };

    /// <summary>Its actions are carried out as those of a request for its item would be.</summary>
    public ActionScope ActionScope(JsonObject fields) =>
        new(RequestId, Component.Id, fields, Component.Item.Metadata, Request, CorrelationId) { Groups = Component.Item.Groups };
}
