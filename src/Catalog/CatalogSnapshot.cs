using System.Collections.Frozen;

namespace Pao.Catalog;

/// <summary>The catalog as one load found it. It never changes: the next load makes another.</summary>
public sealed record CatalogSnapshot
{
    public static CatalogSnapshot Empty { get; } = new()
    {
        Items = FrozenDictionary<string, CatalogItem>.Empty,
        Bundles = FrozenDictionary<string, CatalogBundle>.Empty,
        Findings = [],
        LoadedAt = DateTimeOffset.MinValue,
        Version = "",
    };

    /// <summary>The items in force, by id.</summary>
    public required IReadOnlyDictionary<string, CatalogItem> Items { get; init; }

    /// <summary>The bundles in force, by id. No item has the id of a bundle.</summary>
    public required IReadOnlyDictionary<string, CatalogBundle> Bundles { get; init; }

    /// <summary>Equal for snapshots that offer the same, in whichever process they were loaded.</summary>
    public required string Version { get; init; }

    /// <summary>What the source calls this state of it, such as a commit's SHA; null where it has no name.</summary>
    public string? Revision { get; init; }

    public required IReadOnlyList<Finding> Findings { get; init; }

    public required DateTimeOffset LoadedAt { get; init; }

    /// <summary>Items and bundles.</summary>
    public IEnumerable<CatalogEntry> Entries => Items.Values.Concat<CatalogEntry>(Bundles.Values);

    /// <returns>The item or bundle in force; null when there is none with this id.</returns>
    public CatalogEntry? Find(string id) =>
        Items.TryGetValue(id, out var item) ? item : Bundles.GetValueOrDefault(id);
}
