using Pao.Catalog.Templates;

namespace Pao.Catalog.Documents;

/// <summary>
/// What a component hands on: the outputs of its item's actions by their names, of which later actions win; only those
/// that the component lists, where it lists any.
/// </summary>
internal static class ComponentOutputs
{
    public static IReadOnlyList<string> Names(CatalogItem item) =>
        [.. item.Actions.SelectMany(OutputRules.Names).Distinct(StringComparer.Ordinal)];

    public static Shape Of(CatalogItem item, WrittenComponent component)
    {
        var certain = item.Actions.Where(action => action.Condition is null).SelectMany(OutputRules.Names).ToHashSet(StringComparer.Ordinal);
        return Shape.Of(Names(item)
            .Where(name => component.Outputs?.Contains(name) ?? true)
            .Select(name => KeyValuePair.Create(
                name, Shape.Unknown with { MayBeMissing = component.Condition is not null || !certain.Contains(name) })));
    }
}
