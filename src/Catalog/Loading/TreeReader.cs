using Pao.Catalog.Documents;
using Pao.Catalog.Keeping;
using Pao.Catalog.Sources;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Loading;

/// <summary>Reads the documents of a tree. What has not changed is neither read nor checked again.</summary>
internal sealed class TreeReader(ICatalogSource source, DocumentReader reader)
{
    public async Task<Dictionary<string, LoadedDocument>> ReadAsync(
        SourceTree tree, KnownDocuments known, CancellationToken cancellationToken)
    {
        var documents = new Dictionary<string, LoadedDocument>(StringComparer.Ordinal);
        foreach (var file in tree.Files)
        {
            var views = new Views(
                known.Documents.GetValueOrDefault(file.Path), known.Others.GetValueOrDefault(file.Path), IsOtherNewer: known.IsKept);
            if (await ReadAsync(file, views, cancellationToken) is { } document)
            {
                documents[file.Path] = document;
            }
        }

        return documents;
    }

    private async Task<LoadedDocument?> ReadAsync(SourceFile file, Views views, CancellationToken cancellationToken)
    {
        if (file.ContentId is not null && views.Find(view => view.ContentId == file.ContentId) is { } same)
        {
            return same;
        }

        if (await source.ReadAsync(file, YamlReader.MaxBytes + 1, cancellationToken) is not { } bytes)
        {
            return null;
        }

        var digest = CatalogDocument.DigestOf(bytes);
        return views.Find(view => view.Text.Digest == digest) is { } equal
            ? equal.ContentId == file.ContentId ? equal : equal with { ContentId = file.ContentId }
            : LoadedDocument.After(views.Last, reader.Read(file.Path, bytes), file.ContentId, bytes);
    }

    /// <summary>
    /// What is known of one file. Of two that have the same latest version, the other's counts: which version is in force is then
    /// decided by whoever kept it first, and is the same in all processes.
    /// </summary>
    private sealed record Views(LoadedDocument? Own, LoadedDocument? Other, bool IsOtherNewer)
    {
        public LoadedDocument? Last => IsOtherNewer ? Other?.Or(Own) ?? Own : Own?.Or(Other) ?? Other;

        public LoadedDocument? Find(Func<LoadedDocument, bool> isLatest) =>
            Other is not null && isLatest(Other) ? Other.Or(Own)
            : Own is not null && isLatest(Own) ? Own.Or(Other)
            : null;
    }
}
