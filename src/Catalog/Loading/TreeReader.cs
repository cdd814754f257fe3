using Pao.Catalog.Documents;
using Pao.Catalog.Keeping;
using Pao.Catalog.Sources;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Loading;

/// <summary>Reads the documents of a tree. What has not changed is neither read nor checked again.</summary>
internal sealed class TreeReader(ICatalogSource source, DocumentReader reader)
{
    private readonly Lock _oneReader = new();

    public async Task<Dictionary<string, LoadedDocument>> ReadAsync(
        SourceTree tree, KnownDocuments known, CancellationToken cancellationToken)
    {
        var documents = new LoadedDocument?[tree.Files.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = source.ReadsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, documents.Length), options, async (at, _) =>
        {
            var file = tree.Files[at];
            var views = new Views(
                known.Documents.GetValueOrDefault(file.Path), known.Others.GetValueOrDefault(file.Path), IsOtherNewer: known.IsKept);

            // One that can not be read does not break off the others that are on their way: they need not be fetched again.
            documents[at] = await ReadAsync(file, views, cancellationToken);
        });
        return documents.OfType<LoadedDocument>().ToDictionary(document => document.File, StringComparer.Ordinal);
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
            : LoadedDocument.After(views.Last, Read(file, bytes), file.ContentId, bytes);
    }

    /// <summary>One document at a time: what reading one may take of memory is bounded, for several it would be several times that.</summary>
    private CatalogDocument Read(SourceFile file, byte[] bytes)
    {
        lock (_oneReader)
        {
            return reader.Read(file.Path, bytes);
        }
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
