using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Pao.Catalog;

/// <summary>Several items that are requested with one form and belong together.</summary>
public sealed record CatalogBundle : CatalogEntry
{
    public required OrchestrationMode Mode { get; init; }

    /// <summary>In the document's order.</summary>
    public required IReadOnlyList<BundleComponent> Components { get; init; }

    /// <summary>A bundle can be requested as long as all its items can.</summary>
    public override string? WhyNotRequestable(DateOnly today) => base.WhyNotRequestable(today)
        ?? Components
            .Select(component => component.Item.WhyNotRequestable(today) is { } reason ? $"Component '{component.Id}': {reason}" : null)
            .FirstOrDefault(reason => reason is not null);
}

[JsonConverter(typeof(JsonStringEnumConverter<OrchestrationMode>))]
public enum OrchestrationMode
{
    /// <summary>One component at a time.</summary>
    Sequential,

    /// <summary>As many at once as their dependencies allow.</summary>
    Parallel,
}

/// <summary>One item of a bundle.</summary>
public sealed record BundleComponent
{
    public required string Id { get; init; }

    /// <summary>The item, as this snapshot of the catalog has it.</summary>
    public required CatalogItem Item { get; init; }

    /// <summary>
    /// The components that must be completed (or skipped) before: those that the document names, and those that
    /// <see cref="Config"/> or <see cref="Condition"/> refer to. In the document's order, without doubles; there is no cycle.
    /// </summary>
    public required IReadOnlyList<string> DependsOn { get; init; }

    /// <summary>Field id of the item to its value, which may be or hold a template.</summary>
    public JsonObject Config { get; init; } = [];

    /// <summary>The outputs that others may use; null means all that the item's actions have.</summary>
    public IReadOnlyList<string>? Outputs { get; init; }

    /// <summary>A template expression: the component is skipped when it is false.</summary>
    public string? Condition { get; init; }
}
