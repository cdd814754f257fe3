using System.Text.Json.Serialization;
using Pao.Catalog;
using Pao.Orchestrator.Fulfilment;

namespace Pao.Orchestrator.Bundles;

/// <summary>A bundle's components, as they were when the request was accepted.</summary>
/// <remarks>It is kept in histories, so its JSON form outlives this version of the code.</remarks>
public sealed record PinnedBundle(OrchestrationMode Mode, IReadOnlyList<PinnedComponent> Components)
{
    internal static PinnedBundle From(CatalogBundle bundle) =>
        new(bundle.Mode, [.. bundle.Components.Select(PinnedComponent.From)]);
}

/// <summary>One component: what makes its fields, and its item in one version.</summary>
/// <param name="Definition">Config, condition and form.</param>
/// <param name="Item">What is fulfilled.</param>
/// <param name="DependsOn">The components that must be completed or skipped before.</param>
/// <param name="Outputs">The outputs that others may use; null means all.</param>
public sealed record PinnedComponent(
    ComponentDefinition Definition, PinnedItem Item, IReadOnlyList<string> DependsOn, IReadOnlyList<string>? Outputs)
{
    [JsonIgnore]
    public string Id => Definition.Id;

    internal static PinnedComponent From(BundleComponent component) => new(
        ComponentDefinition.From(component), PinnedItem.From(component.Item), component.DependsOn, component.Outputs);
}
