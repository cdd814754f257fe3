using System.Text.Json.Nodes;
using Pao.Catalog.Documents;
using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Authoring.Variables;

/// <summary>What templates belong to: an action of an item, or a component of a bundle.</summary>
/// <param name="Source">Its <c>condition</c> and <c>config</c>, as they are written.</param>
/// <param name="Before">What has run before it: the other parts that it depends on, directly or not.</param>
internal sealed record TestedPart(YamlMapping Source, string? Condition, IReadOnlySet<string> Before)
{
    public string? Component { get; init; }

    public string? Mode { get; init; }

    public string? Action { get; init; }

    /// <summary>The action's type; null for a component, and where it is wrong.</summary>
    public string? Type { get; init; }

    /// <summary>The action's configuration; empty for a component.</summary>
    public JsonObject Config { get; init; } = [];

    /// <summary>The metadata of the component's item; null where that is not known.</summary>
    public JsonObject? Item { get; init; }

    /// <summary>What can be named of the actions before.</summary>
    public IReadOnlyDictionary<string, Shape> Outputs { get; init; } = new Dictionary<string, Shape>();

    public static IEnumerable<TestedPart> Of(string mode, IReadOnlyList<WrittenAction> actions)
    {
        var shapes = actions.DistinctBy(action => action.Definition.Id)
            .ToDictionary(action => action.Definition.Id, OutputRules.ShapeOf, StringComparer.Ordinal);
        var order = actions.DistinctBy(action => action.Definition.Id)
            .ToDictionary(action => action.Definition.Id, action => action.Definition.DependsOn, StringComparer.Ordinal);
        return actions.Select(action => new TestedPart(action.Source, action.Definition.Condition, Closure(action.Definition.Id, order))
        {
            Mode = mode,
            Action = action.Definition.Id,
            Type = ActionTypes.All.Contains(action.Definition.Type) ? action.Definition.Type : null,
            Config = action.Definition.Config,
            Outputs = shapes,
        });
    }

    public static IEnumerable<TestedPart> Of(IReadOnlyList<WrittenComponent> components, IReadOnlyDictionary<string, CatalogItem> items)
    {
        var order = components.DistinctBy(component => component.Id).ToDictionary(
            component => component.Id,
            IReadOnlyList<string> (component) => [.. component.Dependencies.Select(one => one.On)], StringComparer.Ordinal);
        return components.Select(component => new TestedPart(component.Source, component.Condition, Closure(component.Id, order))
        {
            Component = component.Id,
            Item = component.Item is { } id && items.TryGetValue(id, out var item) ? item.Metadata : null,
        });
    }

    /// <summary>A circle is a mistake that is told elsewhere; here it ends.</summary>
    private static HashSet<string> Closure(string id, Dictionary<string, IReadOnlyList<string>> order)
    {
        var before = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(order.GetValueOrDefault(id) ?? []);
        while (open.TryPop(out var next))
        {
            if (next != id && before.Add(next))
            {
                foreach (var further in order.GetValueOrDefault(next) ?? [])
                {
                    open.Push(further);
                }
            }
        }

        return before;
    }
}
