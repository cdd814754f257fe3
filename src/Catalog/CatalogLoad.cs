namespace Pao.Catalog;

/// <summary>What one load of the catalog came to.</summary>
/// <param name="Snapshot">What is in force after it.</param>
/// <param name="Added">Items and bundles that were not in force before.</param>
/// <param name="Changed">Those that are in force in another version than before.</param>
/// <param name="Removed">Those that are not in force any more.</param>
/// <param name="IsKept">Whether a start without the source would serve it; null where nothing is ever kept.</param>
public sealed record CatalogLoad(CatalogSnapshot Snapshot, int Added, int Changed, int Removed, TimeSpan Duration, bool? IsKept)
{
    /// <summary>Whether the source could be read.</summary>
    public bool IsSourceRead => Snapshot.Outage is null;

    /// <summary>Whether nothing is left to be tried again.</summary>
    internal bool IsSettled => IsSourceRead && IsKept is not false;

    internal static CatalogLoad Of(CatalogSnapshot before, CatalogSnapshot after, TimeSpan duration, bool? isKept) => new(
        after,
        after.Entries.Count(entry => before.Find(entry.Id) is null),
        after.Entries.Count(entry => before.Find(entry.Id) is { } earlier && earlier.Digest != entry.Digest),
        before.Entries.Count(entry => after.Find(entry.Id) is null),
        duration,
        isKept);
}
