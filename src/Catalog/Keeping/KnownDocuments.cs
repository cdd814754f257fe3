using System.Collections.Frozen;
using Pao.Catalog.Loading;

namespace Pao.Catalog.Keeping;

/// <summary>What is known of each file before the source is asked. It never changes: a load makes another.</summary>
/// <param name="Documents">What this process loaded last.</param>
/// <param name="Others">What other processes, or one before this, have kept since, where it is something else.</param>
/// <param name="Archived">The files of all that the archive held when it was last read.</param>
/// <param name="Memory">Of the source, with the last load of this process.</param>
/// <param name="IsKept">Whether the archive misses nothing that this process loaded.</param>
internal sealed record KnownDocuments(
    IReadOnlyDictionary<string, LoadedDocument> Documents,
    IReadOnlyDictionary<string, LoadedDocument> Others,
    IReadOnlySet<string> Archived,
    string? Memory,
    bool IsKept)
{
    private static readonly FrozenDictionary<string, LoadedDocument> None = FrozenDictionary<string, LoadedDocument>.Empty;

    public static KnownDocuments Nothing { get; } = new(None, None, FrozenSet<string>.Empty, Memory: null, IsKept: true);

    public static KnownDocuments Of(IEnumerable<LoadedDocument> loaded, string? memory) => Nothing with
    {
        Documents = loaded.ToDictionary(document => document.File, StringComparer.Ordinal),
        Memory = memory,
        IsKept = false,
    };

    /// <param name="kept">Null when the archive could not be read.</param>
    public KnownDocuments With(CatalogKeeper.Kept? kept)
    {
        if (kept is not { IsNew: true })
        {
            return this;
        }

        var others = Others.Where(other => kept.Files.Contains(other.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (var (file, document) in kept.Documents)
        {
            others[file] = document;
        }

        return this with { Others = others, Archived = kept.Files };
    }

    /// <summary>What the archive has, as far as this process knows it.</summary>
    public IEnumerable<LoadedDocument> InArchive() => Archived
        .Select(file => Others.GetValueOrDefault(file) ?? Documents.GetValueOrDefault(file)).OfType<LoadedDocument>();

    /// <returns>null when no version that is known has the digest.</returns>
    public DocumentText? TextOf(string file, string digest)
    {
        LoadedDocument?[] views = [Documents.GetValueOrDefault(file), Others.GetValueOrDefault(file)];
        return views.OfType<LoadedDocument>().SelectMany(view => (DocumentText?[])[view.Text, view.LastValid])
            .FirstOrDefault(text => text?.Digest == digest && text.Bytes.Length > 0);
    }
}
