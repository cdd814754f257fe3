using Pao.Catalog.Documents;

namespace Pao.Catalog.Loading;

/// <summary>A file of the catalog over time: what it says now, and what of it is in force.</summary>
/// <param name="Latest">What it says now.</param>
/// <param name="ContentId">What the source calls these bytes; null where it has no name for them.</param>
/// <param name="InForce">The last valid version of an item; stale when the latest is not valid.</param>
internal sealed record LoadedDocument(CatalogDocument Latest, string? ContentId, CatalogItem? InForce)
{
    /// <summary>
    /// The last version of a bundle that was valid together with its items. Whether it still is says every snapshot anew.
    /// </summary>
    public WrittenBundle? Bundle { get; init; }

    /// <summary>The document itself when that changes nothing.</summary>
    public LoadedDocument WithBundle(WrittenBundle? bundle) => ReferenceEquals(Bundle, bundle) ? this : this with { Bundle = bundle };

    public static LoadedDocument After(LoadedDocument? before, CatalogDocument latest, string? contentId) => new(
        latest,
        contentId,
        latest.HasErrors && before?.InForce is { } valid ? valid with { IsStale = true } : latest.Item)
    {
        Bundle = before?.Bundle,
    };
}
