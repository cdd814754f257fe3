using System.Collections.Frozen;

namespace Pao.Catalog;

/// <summary>The catalog as one load found it. It never changes: the next load makes another.</summary>
public sealed record CatalogSnapshot
{
    public static CatalogSnapshot Empty { get; } = new()
    {
        Items = FrozenDictionary<string, CatalogItem>.Empty,
        Findings = [],
        LoadedAt = DateTimeOffset.MinValue,
    };

    /// <summary>The items in force, by id.</summary>
    public required IReadOnlyDictionary<string, CatalogItem> Items { get; init; }

    public required IReadOnlyList<Finding> Findings { get; init; }

    public required DateTimeOffset LoadedAt { get; init; }
}
