using System.Text.Json.Nodes;
using Pao.Catalog;

namespace Pao.Api.Catalog;

/// <summary>An item or a bundle in a list.</summary>
internal sealed record CatalogItemSummary(
    CatalogKind Kind,
    string Id,
    string Name,
    string Description,
    string Version,
    string Category,
    Owner Owner,
    IReadOnlyList<string> Tags,
    string? FulfillmentMode,
    string? OrchestrationMode,
    bool Deprecated,
    bool Requestable)
{
    public static CatalogItemSummary From(CatalogEntry entry) => new(
        CatalogKinds.Of(entry), entry.Id, entry.Name, entry.Description, entry.Version, entry.Category, entry.Owner, entry.Tags,
        Modes.Fulfillment(entry), Modes.Orchestration(entry), entry.Lifecycle?.Deprecated ?? false, entry.Unavailable is null);
}

/// <summary>
/// An item or a bundle as its document describes it, but for what its actions and components are given, which is the
/// owner's business. An item has actions, a bundle has components.
/// </summary>
internal sealed record CatalogItemDetails(
    CatalogKind Kind,
    string Id,
    string Name,
    string Description,
    string Version,
    string Category,
    Owner Owner,
    IReadOnlyList<string> Tags,
    string? FulfillmentMode,
    string? OrchestrationMode,
    JsonObject Metadata,
    Lifecycle? Lifecycle,
    Pao.Catalog.Access? Access,
    JsonObject? Monitoring,
    IReadOnlyList<CatalogAction>? Actions,
    IReadOnlyList<CatalogComponent>? Components,
    string? Unavailable,
    bool Stale,
    string File,
    string Digest,
    CatalogItemLinks Links)
{
    public static CatalogItemDetails From(CatalogEntry entry, CatalogSnapshot seen) => new(
        CatalogKinds.Of(entry), entry.Id, entry.Name, entry.Description, entry.Version, entry.Category, entry.Owner, entry.Tags,
        Modes.Fulfillment(entry), Modes.Orchestration(entry), entry.Metadata, entry.Lifecycle, entry.Access, entry.Monitoring?.Shown,
        entry is CatalogItem item ? [.. item.Actions.Select(action => new CatalogAction(action.Id, action.Name, action.Type))] : null,
        entry is CatalogBundle bundle ? [.. bundle.Components.Select(component => CatalogComponent.From(component, seen))] : null,
        entry.Unavailable, entry.IsStale, entry.File, entry.Digest, CatalogItemLinks.To(entry));
}

/// <summary>
/// A component of a bundle: its item in the version in force, unless that is for others, and the components that come before it.
/// </summary>
internal sealed record CatalogComponent(
    string Id, string? CatalogItem, string? Name, string? Version, IReadOnlyList<string> DependsOn, bool Conditional)
{
    public static CatalogComponent From(BundleComponent component, CatalogSnapshot seen)
    {
        var item = seen.Items.ContainsKey(component.Item.Id) ? component.Item : null;
        return new(component.Id, item?.Id, item?.Name, item?.Version, component.DependsOn, component.Condition is not null);
    }
}

internal sealed record CatalogAction(string Id, string? Name, string Type);

/// <param name="Health">Of one whose document has a health check.</param>
internal sealed record CatalogItemLinks(string Self, string Schema, string Requests, string? Health)
{
    public static CatalogItemLinks To(CatalogEntry entry)
    {
        var self = $"/api/v1/catalog/items/{entry.Id}";
        return new(self, $"{self}/schema", "/api/v1/requests", entry.Monitoring?.HealthCheck is null ? null : $"{self}/health");
    }
}

file static class Modes
{
    public static string? Fulfillment(CatalogEntry entry) => (entry as CatalogItem)?.Mode.ToString().ToLowerInvariant();

    public static string? Orchestration(CatalogEntry entry) => (entry as CatalogBundle)?.Mode.ToString().ToLowerInvariant();
}

internal sealed record FindingBody(
    string Rule, string Message, string? File, int Line, int Column, string Pointer, string? Suggestion)
{
    public static FindingBody From(Finding finding) => new(
        finding.Rule, finding.Message, finding.File, finding.Line, finding.Column, finding.Pointer, finding.Suggestion);
}
