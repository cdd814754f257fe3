using Pao.Catalog.Documents;

namespace Pao.Catalog.Loading.Bundles;

/// <summary>Finds the item that a component names, and whether it can be requested.</summary>
internal sealed class ItemSelection(IReadOnlyDictionary<string, CatalogItem> items, DateOnly today)
{
    /// <summary>An item that goes is missed by every bundle that needs it: what may be meant is looked for once.</summary>
    private readonly Dictionary<string, string?> _suggestions = new(StringComparer.Ordinal);

    /// <returns>The item, null when there is none of that version; and why it can not be requested.</returns>
    public (CatalogItem? Item, string? Unavailable) Choose(WrittenComponent component, FindingList findings)
    {
        if (component.Item is not { } id)
        {
            return (null, null);
        }

        var place = component.PlaceOf("catalogItem");
        if (!items.TryGetValue(id, out var item))
        {
            findings.Error("component.item", place, $"There is no item '{id}' in force.", Suggestion(id));
            return (null, null);
        }

        if (component.Range is { } range && !range.Contains(item.Version))
        {
            findings.Error(
                "component.version", component.PlaceOf("version"),
                $"The item '{id}' is in force in version {item.Version}, which is not in the range {range.Written}.");
        }

        var unavailable = item.WhyNotRequestable(today);
        if (unavailable is not null)
        {
            findings.Warning("component.unavailable", place, $"{unavailable} The bundle is shown, but nobody can request it.");
        }
        else if (item.Lifecycle is { Deprecated: true } lifecycle)
        {
            findings.Warning(
                "component.deprecated", place, $"The item '{id}' is deprecated.",
                lifecycle.ReplacedBy is { } other ? $"use '{other}'" : lifecycle.Message);
        }

        return (item, unavailable);
    }

    private string? Suggestion(string id)
    {
        if (!_suggestions.TryGetValue(id, out var suggestion))
        {
            suggestion = Nearest.DidYouMean(id, items.Keys)
                ?? (id.StartsWith("bundle-", StringComparison.Ordinal) ? "components are items: a bundle holds no bundles" : null);
            _suggestions.Add(id, suggestion);
        }

        return suggestion;
    }
}
