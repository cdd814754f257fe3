using System.Text.Json.Nodes;
using Pao.Catalog;

namespace Pao.Api.Catalog;

/// <summary>An item in a list.</summary>
internal sealed record CatalogItemSummary(
    string Id,
    string Name,
    string Description,
    string Version,
    string Category,
    Owner Owner,
    IReadOnlyList<string> Tags,
    string FulfillmentMode,
    bool Deprecated,
    bool Requestable)
{
    public static CatalogItemSummary From(CatalogItem item) => new(
        item.Id, item.Name, item.Description, item.Version, item.Category, item.Owner, item.Tags,
        item.Mode.ToString().ToLowerInvariant(), item.Lifecycle?.Deprecated ?? false, item.Unavailable is null);
}

/// <summary>An item as its document describes it, but for its actions, which are the owner's business.</summary>
internal sealed record CatalogItemDetails(
    string Id,
    string Name,
    string Description,
    string Version,
    string Category,
    Owner Owner,
    IReadOnlyList<string> Tags,
    string FulfillmentMode,
    JsonObject Metadata,
    Lifecycle? Lifecycle,
    Pao.Catalog.Access? Access,
    JsonObject? Monitoring,
    IReadOnlyList<CatalogAction> Actions,
    string? Unavailable,
    bool Stale,
    string File,
    string Digest,
    CatalogItemLinks Links)
{
    public static CatalogItemDetails From(CatalogItem item) => new(
        item.Id, item.Name, item.Description, item.Version, item.Category, item.Owner, item.Tags,
        item.Mode.ToString().ToLowerInvariant(), item.Metadata, item.Lifecycle, item.Access, item.Monitoring,
        [.. item.Actions.Select(action => new CatalogAction(action.Id, action.Name, action.Type))],
        item.Unavailable, item.IsStale, item.File, item.Digest, CatalogItemLinks.To(item.Id));
}

internal sealed record CatalogAction(string Id, string? Name, string Type);

internal sealed record CatalogItemLinks(string Self, string Schema, string Requests)
{
    public static CatalogItemLinks To(string id) =>
        new($"/api/v1/catalog/items/{id}", $"/api/v1/catalog/items/{id}/schema", "/api/v1/requests");
}

/// <summary>What a load of the catalog found.</summary>
internal sealed record CatalogFindings(
    bool Valid, int Items, DateTimeOffset LoadedAt, IReadOnlyList<FindingBody> Errors, IReadOnlyList<FindingBody> Warnings)
{
    public static CatalogFindings From(CatalogSnapshot snapshot)
    {
        var errors = Of(snapshot, Severity.Error);
        return new(errors.Count == 0, snapshot.Items.Count, snapshot.LoadedAt, errors, Of(snapshot, Severity.Warning));
    }

    private static List<FindingBody> Of(CatalogSnapshot snapshot, Severity severity) =>
        [.. snapshot.Findings.Where(finding => finding.Severity == severity).Select(FindingBody.From)];
}

internal sealed record FindingBody(
    string Rule, string Message, string? File, int Line, int Column, string Pointer, string? Suggestion)
{
    public static FindingBody From(Finding finding) => new(
        finding.Rule, finding.Message, finding.File, finding.Line, finding.Column, finding.Pointer, finding.Suggestion);
}
