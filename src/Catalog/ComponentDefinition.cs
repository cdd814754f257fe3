using System.Text.Json.Nodes;

namespace Pao.Catalog;

/// <summary>What preparing a component of a bundle needs of the bundle and of the component's item.</summary>
/// <param name="Config">Field id of the item to its value, which may be or hold a template.</param>
/// <param name="Condition">A template expression: the component is skipped when it is false.</param>
/// <param name="Form">The item's form, which the rendered fields must fit.</param>
/// <remarks>It is pinned in the orchestration's input, so its JSON form outlives this version of the code.</remarks>
public sealed record ComponentDefinition(string Id, JsonObject Config, string? Condition, Form Form)
{
    public static ComponentDefinition From(BundleComponent component) =>
        new(component.Id, component.Config, component.Condition, component.Item.Form);
}
