using Pao.Api.Requests;
using Pao.Catalog;

namespace Pao.Api.Catalog;

/// <summary>Which entries of the catalog a caller asks for.</summary>
internal sealed record CatalogQuery(
    int Limit, string? After, CatalogKind? Kind, string? Category, string? Owner, string? Tag, string? Text)
{
    public static CatalogQuery Read(ParameterReader parameters) => new(
        parameters.Limit(),
        parameters.After<CatalogCursor>()?.Id,
        parameters.Word("kind", CatalogKinds.Parse, CatalogKinds.Words),
        parameters.Text("category"),
        parameters.Text("owner"),
        parameters.Text("tag"),
        parameters.Text("text"));

    public Page<CatalogItemSummary> Find(CatalogSnapshot snapshot)
    {
        var found = snapshot.Entries.Where(IsWanted).OrderBy(entry => entry.Id, StringComparer.Ordinal).ToList();
        var page = Page<CatalogItemSummary>.Of(
            [.. found.Where(item => After is null || string.CompareOrdinal(item.Id, After) > 0).Take(Limit + 1)],
            Limit, CatalogItemSummary.From, item => Cursor.Write(new CatalogCursor(item.Id)));
        return page with { Pagination = page.Pagination with { TotalCount = found.Count } };
    }

    private bool IsWanted(CatalogEntry item) =>
        (Kind is null || CatalogKinds.Of(item) == Kind)
        && (Category is null || item.Category.Equals(Category, StringComparison.OrdinalIgnoreCase))
        && (Owner is null || item.Owner.Team.Equals(Owner, StringComparison.OrdinalIgnoreCase))
        && (Tag is null || item.Tags.Contains(Tag, StringComparer.OrdinalIgnoreCase))
        && (Text is null || Mentions(item, Text));

    private static bool Mentions(CatalogEntry item, string text) =>
        new[] { item.Id, item.Name, item.Description }.Concat(item.Tags)
            .Any(part => part.Contains(text, StringComparison.OrdinalIgnoreCase));
}

internal sealed record CatalogCursor(string Id);
