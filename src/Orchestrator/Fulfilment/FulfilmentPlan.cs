using System.Text.Json.Serialization;
using Pao.Orchestrator.Bundles;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>What a fulfilment is going to do, in the order of the document.</summary>
public sealed record FulfilmentPlan(Guid RequestId, IReadOnlyList<PlannedAction> Actions)
{
    /// <summary>Null for an item.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PlannedComponent>? Components { get; init; }

    public static FulfilmentPlan Of(FulfilmentInput input) => input.Item.Bundle is { } bundle
        ? new(input.RequestId, [.. bundle.Components.SelectMany(component => Of(component.Item, component.Id))])
        {
            Components = [.. bundle.Components.Select(PlannedComponent.Of)],
        }
        : new(input.RequestId, [.. Of(input.Item, componentId: null)]);

    private static IEnumerable<PlannedAction> Of(PinnedItem item, string? componentId) =>
        item.Actions.Select(action => new PlannedAction(action.Id, action.Type) { ComponentId = componentId });
}

public sealed record PlannedAction(string Id, string Type)
{
    /// <summary>Null when the request is for an item.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ComponentId { get; init; }
}

public sealed record PlannedComponent(string Id, string CatalogItemId, string Version, IReadOnlyList<string> DependsOn)
{
    internal static PlannedComponent Of(PinnedComponent component) =>
        new(component.Id, component.Item.Id, component.Item.Version, component.DependsOn);
}
