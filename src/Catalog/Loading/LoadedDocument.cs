using Pao.Catalog.Documents;

namespace Pao.Catalog.Loading;

/// <summary>A file of the catalog over time: what it says now, and what of it is in force.</summary>
/// <param name="Latest">What it says now.</param>
/// <param name="Text">The same as it is written.</param>
/// <param name="ContentId">What the source calls this text; null where it has no name for it.</param>
/// <param name="InForce">The last valid version of an item; stale when the latest is not valid.</param>
internal sealed record LoadedDocument(CatalogDocument Latest, DocumentText Text, string? ContentId, CatalogItem? InForce)
{
    /// <summary>
    /// The last version of a bundle that was valid together with its items. Whether it still is says every snapshot anew.
    /// </summary>
    public WrittenBundle? Bundle { get; init; }

    /// <summary>The last valid version as it was written; null when there was none.</summary>
    public DocumentText? LastValid { get; init; }

    /// <summary>Since when the latest version is not the one in force; null when it is.</summary>
    public DateTimeOffset? RejectedSince { get; init; }

    /// <summary>What became of the version that was in force before a restart, when this build refuses it.</summary>
    public Finding? Refusal { get; init; }

    public string File => Latest.File;

    /// <summary>Whether the latest version is the last valid one. A bundle may miss an item all the same.</summary>
    public bool IsLatestValid => LastValid?.Digest == Text.Digest;

    /// <summary>Whether there is a version that is, or with its items can be, in force.</summary>
    private bool HasValid => InForce is not null || Bundle is not null;

    /// <param name="bytes">The latest version as it is written; only whoever keeps documents needs it.</param>
    public static LoadedDocument After(
        LoadedDocument? before, CatalogDocument latest, string? contentId, ReadOnlyMemory<byte> bytes = default)
    {
        var text = new DocumentText(bytes, latest.Digest);
        var inForce = latest.HasErrors && before?.InForce is { } valid ? valid with { IsStale = true } : latest.Item;
        return new LoadedDocument(latest, text, contentId, inForce)
        {
            Bundle = before?.Bundle,
            LastValid = latest.Item is not null ? text : before?.LastValid,
            RejectedSince = before?.RejectedSince,
        };
    }

    /// <summary>The document with its latest bundle as the last valid version.</summary>
    public LoadedDocument WithLatestBundle() =>
        ReferenceEquals(Bundle, Latest.Bundle) && IsLatestValid ? this : this with { Bundle = Latest.Bundle, LastValid = Text };

    /// <summary>The document, which has become another kind than a bundle.</summary>
    public LoadedDocument WithoutBundle() => Bundle is null ? this : this with { Bundle = null };

    /// <summary>The document, dated when its latest version was found not to be the one in force.</summary>
    public LoadedDocument Dated(DateTimeOffset now, bool isInForce)
    {
        DateTimeOffset? since = isInForce ? null : RejectedSince ?? now;
        return since == RejectedSince ? this : this with { RejectedSince = since };
    }

    /// <summary>The document with the valid version that another view of the file knows, when this one knows none.</summary>
    public LoadedDocument Or(LoadedDocument? other) =>
        other is null || HasValid || Latest.Item is not null || !other.HasValid
            ? this
            : this with
            {
                InForce = Latest.HasErrors && other.InForce is { } item ? item with { IsStale = true } : null,
                Bundle = other.Bundle,
                LastValid = other.LastValid,
                RejectedSince = other.RejectedSince ?? RejectedSince,
                Refusal = null,
            };
}
