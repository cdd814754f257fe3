using Pao.Catalog.Documents;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Loading;

/// <summary>What can be wrong between one document and the others of a catalog, whatever their kinds.</summary>
internal static class NeighbourRules
{
    /// <summary>The finding about a document whose id another one has.</summary>
    public static Finding Duplicate(CatalogDocument document, CatalogEntry entry, CatalogEntry first)
    {
        var place = document.IdPlace;
        return new Finding(
            Severity.Error, "id.duplicate", $"The document {first.File} has the id '{entry.Id}' already.",
            entry.File, place.Line, place.Column, place.Pointer.ToString(), null);
    }

    /// <param name="ids">Those of all items and bundles.</param>
    /// <returns>The finding about a successor that is not there; null when it is, or there is none.</returns>
    public static Finding? Dangling(CatalogDocument document, CatalogEntry? entry, IReadOnlyCollection<string> ids)
    {
        if (entry?.Lifecycle?.ReplacedBy is not { } id || ids.Contains(id))
        {
            return null;
        }

        var place = document.ReplacedByPlace ?? Place.Start with { Pointer = Pointer.Root.Child("lifecycle").Child("replacedBy") };
        return new Finding(
            Severity.Warning, "lifecycle.replaced-by", $"'{id}' is neither an item nor a bundle of this catalog.",
            entry.File, place.Line, place.Column, place.Pointer.ToString(), Nearest.DidYouMean(id, ids));
    }
}
