using System.Text.Json;
using System.Text.Json.Serialization;
using Pao.Catalog;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Planning;

/// <summary>How a request is fulfilled: by which of the document's actions, and why so. Fixed before the first of them.</summary>
/// <remarks>It is kept in histories, so its JSON form outlives this version of the code.</remarks>
/// <param name="Item">For an item; null for a bundle.</param>
/// <param name="Components">For a bundle, by component; null for an item.</param>
public sealed record ChosenPlan(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PlanChoice? Item,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, PlanChoice>? Components)
{
    /// <summary>As the documents say, where nobody could ask what they need.</summary>
    public static ChosenPlan AsWritten(PinnedItem item) => Of(item, PlanChoice.AsWritten);

    public static ChosenPlan Of(PinnedItem item, Func<PinnedItem, PlanChoice> choose) => item.Bundle is { } bundle
        ? new(Item: null, bundle.Components.ToDictionary(component => component.Id, component => choose(component.Item), StringComparer.Ordinal))
        : new(choose(item), Components: null);

    /// <param name="component">Null for an item.</param>
    public FulfillmentMode ModeOf(string? component) =>
        (component is null ? Item : Components?.GetValueOrDefault(component))?.Mode ?? FulfillmentMode.Automatic;

    /// <summary>The actions that an item, or a component's, is fulfilled by.</summary>
    public IReadOnlyList<ActionDefinition> ActionsOf(PinnedItem item, string? component)
    {
        var pinned = component is null ? item : item.Bundle?.Components.FirstOrDefault(one => one.Id == component)?.Item;
        return pinned?.ActionsFor(ModeOf(component)) ?? [];
    }

    /// <summary>Of a request's row; before it has begun, as the document says.</summary>
    internal static ChosenPlan? Read(Row row) =>
        row.TextOrNull("plan") is { } plan ? JsonSerializer.Deserialize<ChosenPlan>(plan) : null;
}

/// <summary>Which of a document's two ways is taken.</summary>
/// <param name="Mode">Automatic or manual.</param>
/// <param name="Reason">For people: why.</param>
public sealed record PlanChoice(FulfillmentMode Mode, string Reason)
{
    public static PlanChoice AsWritten(PinnedItem item) => item.ManualActions is null
        ? new(FulfillmentMode.Manual, "The document says so.")
        : new(FulfillmentMode.Automatic, "The document says so.");
}
