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

    /// <summary>The documents of which an earlier version is in force, because the latest is not valid; by file.</summary>
    public IReadOnlyDictionary<string, StaleDocument> Stale { get; init; } = FrozenDictionary<string, StaleDocument>.Empty;

    /// <summary>How many documents have no version in force.</summary>
    public int Rejected { get; init; }

    /// <summary>When it was read from the source, by this process or, when it <see cref="IsRestored"/>, by the one that did.</summary>
    public required DateTimeOffset LoadedAt { get; init; }

    /// <summary>Whether it is what was kept of a load of an earlier process, or of another one.</summary>
    public bool IsRestored { get; init; }

    /// <summary>Why the source can not be read; null when the last load could.</summary>
    public SourceOutage? Outage { get; init; }

    /// <summary>Whether there is a catalog at all, be it an empty one: it was loaded, or restored.</summary>
    public bool IsLoaded => LoadedAt > DateTimeOffset.MinValue;

    /// <summary>Items and bundles.</summary>
    public IEnumerable<CatalogEntry> Entries => Items.Values.Concat<CatalogEntry>(Bundles.Values);

    /// <returns>The item or bundle in force; null when there is none with this id.</returns>
    public CatalogEntry? Find(string id) =>
        Items.TryGetValue(id, out var item) ? item : Bundles.GetValueOrDefault(id);
}

/// <summary>The version of a document that is in force in place of its latest one.</summary>
/// <param name="Since">Since when the latest is not valid.</param>
public sealed record StaleDocument(string Id, string Version, DateTimeOffset Since);

/// <summary>A time in which the source can not be read; what was loaded before stays in force.</summary>
/// <param name="Since">When this process first could not.</param>
public sealed record SourceOutage(DateTimeOffset Since, string Reason);
