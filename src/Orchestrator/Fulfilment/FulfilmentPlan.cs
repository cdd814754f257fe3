using System.Text.Json.Serialization;
using Pao.Orchestrator.Bundles;
using Pao.Orchestrator.Planning;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>What a fulfilment is going to do, in the order of the document.</summary>
public sealed record FulfilmentPlan(Guid RequestId, IReadOnlyList<PlannedAction> Actions)
{
    /// <summary>Null for an item.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PlannedComponent>? Components { get; init; }

    public static FulfilmentPlan Of(FulfilmentInput input, ChosenPlan chosen) => input.Item.Bundle is { } bundle
        ? new(input.RequestId, [.. bundle.Components.SelectMany(component => Of(input, chosen, component.Id))])
        {
            Components = [.. bundle.Components.Select(PlannedComponent.Of)],
        }
        : new(input.RequestId, [.. Of(input, chosen, componentId: null)]);

    private static IEnumerable<PlannedAction> Of(FulfilmentInput input, ChosenPlan chosen, string? componentId) =>
        chosen.ActionsOf(input.Item, componentId).Select(action => new PlannedAction(action.Id, action.Type) { ComponentId = componentId });
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
