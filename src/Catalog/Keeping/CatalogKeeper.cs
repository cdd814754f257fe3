using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Pao.Catalog.Documents;
using Pao.Catalog.Loading;

namespace Pao.Catalog.Keeping;

/// <summary>
/// Reads from the archive what was kept before this process and by others, and writes what a load has changed. Calls come one
/// after the other.
/// </summary>
internal sealed partial class CatalogKeeper(ICatalogArchive archive, DocumentReader reader, TimeProvider clock, ILogger logger)
{
    /// <summary>A start reads every document, and the first load writes every one; an archive that is away says so sooner.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>What the archive holds, as far as it is known.</summary>
    private readonly Dictionary<string, Mark> _marks = new(StringComparer.Ordinal);

    /// <summary>The archive's number; null when all must be read anew: what was written last may or may not be there.</summary>
    private long? _number;

    /// <summary>The load that was kept last, by whichever process; null when none was, or it is not known.</summary>
    public KeptLoad? Load { get; private set; }

    /// <summary>
    /// Documents that others have kept since the last call, or before this process. Read when the number changes only.
    /// </summary>
    /// <param name="loaded">What this process has loaded: what is the same is not read by the rules again.</param>
    /// <returns>null when the archive is out of reach.</returns>
    public async Task<Kept?> ReadAsync(IReadOnlyDictionary<string, LoadedDocument> loaded, CancellationToken cancellationToken)
    {
        if (await TryAsync(token => archive.ReadAsync(_number, token), cancellationToken) is not (true, var kept))
        {
            return null;
        }

        if (kept is null)
        {
            return Kept.Nothing;
        }

        (_number, Load) = (kept.Number, kept.Load);
        foreach (var file in _marks.Keys.Where(file => !kept.Files.Contains(file)).ToList())
        {
            _marks.Remove(file);
        }

        var documents = new Dictionary<string, LoadedDocument>(StringComparer.Ordinal);
        foreach (var document in kept.Documents)
        {
            var mark = Mark.Of(document);
            if (_marks.GetValueOrDefault(document.File) != mark)
            {
                _marks[document.File] = mark;
                documents[document.File] = loaded.GetValueOrDefault(document.File) is { } own && Mark.Of(own) == mark
                    ? own with { RejectedSince = document.RejectedSince }
                    : RestoredDocument.Of(document, reader);
            }
        }

        return new Kept(IsNew: true, documents, kept.Files);
    }

    /// <summary>Keeps what differs from what is kept, which <see cref="ReadAsync"/> must have read before the source was asked.</summary>
    /// <returns>False when it could not be kept, or another process was faster: then this load may be the older one.</returns>
    public async Task<bool> KeepAsync(
        IReadOnlyDictionary<string, LoadedDocument> documents, KeptLoad load, CancellationToken cancellationToken)
    {
        if (_number is not { } number)
        {
            return false;
        }

        var marks = documents.ToDictionary(document => document.Key, document => Mark.Of(document.Value), StringComparer.Ordinal);
        var changed = documents.Where(document => _marks.GetValueOrDefault(document.Key) != marks[document.Key])
            .Select(document => KeptOf(document.Value)).ToList();
        var removed = _marks.Keys.Where(file => !documents.ContainsKey(file)).ToList();
        if (changed.Count == 0 && removed.Count == 0 && load.Repeats(Load))
        {
            return true;
        }

        var change = new KeptChange(number, load, changed, removed);
        if (await TryAsync(token => archive.KeepAsync(change, token), cancellationToken) is not (true, var next))
        {
            return false;
        }

        if (next is null)
        {
            Log.Overtaken(logger);
            return false;
        }

        (_number, Load) = (next, load);
        removed.ForEach(file => _marks.Remove(file));
        changed.ForEach(document => _marks[document.File] = marks[document.File]);
        return true;
    }

    private static KeptDocument KeptOf(LoadedDocument document) => new(
        document.File,
        document.ContentId,
        document.Text.Bytes,
        document.LastValid?.Bytes,
        document.RejectedSince);

    /// <summary>After a failure nothing is taken for granted: the archive may have been restored from a backup meanwhile.</summary>
    private async Task<(bool Done, T? Result)> TryAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            return (true, await call(both.Token));
        }
        catch (ArchiveUnavailableException failure)
        {
            Log.Unavailable(logger, failure.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Unavailable(logger, $"no answer within {Patience.TotalSeconds} s");
        }

        _number = null;
        return default;
    }

    /// <param name="IsNew">Whether anything was kept since the last call.</param>
    /// <param name="Documents">Those of which something else was kept than before.</param>
    /// <param name="Files">When it is new: the files of all that is kept.</param>
    internal sealed record Kept(bool IsNew, IReadOnlyDictionary<string, LoadedDocument> Documents, IReadOnlySet<string> Files)
    {
        public static readonly Kept Nothing = new(
            IsNew: false, FrozenDictionary<string, LoadedDocument>.Empty, FrozenSet<string>.Empty);
    }

    private sealed record Mark(string? ContentId, string Latest, string? InForce, bool IsLatestInForce)
    {
        public static Mark Of(LoadedDocument document) =>
            new(document.ContentId, document.Text.Digest, document.LastValid?.Digest, document.RejectedSince is null);

        public static Mark Of(KeptDocument document) => new(
            document.ContentId,
            CatalogDocument.DigestOf(document.Latest.Span),
            document.InForce is { } bytes ? CatalogDocument.DigestOf(bytes.Span) : null,
            document.IsLatestInForce);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The last good catalog can not be read or kept now, a start without the source would not find this one: {Reason}")]
        public static partial void Unavailable(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Debug, "Another process has kept its load first; the source is looked at again.")]
        public static partial void Overtaken(ILogger logger);
    }
}
