using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pao.Catalog.Documents;
using Pao.Catalog.Folders;
using Pao.Catalog.Yaml;

namespace Pao.Catalog;

/// <summary>The catalog of a folder. A load makes a whole new snapshot and swaps it in at once.</summary>
public sealed partial class FolderCatalog : IDisposable
{
    private readonly CatalogFolder _folder;
    private readonly DocumentReader _reader;
    private readonly TimeProvider _clock;
    private readonly ILogger<FolderCatalog> _logger;
    private readonly SemaphoreSlim _oneLoad = new(1, 1);
    private Dictionary<string, LoadedDocument> _documents = new(StringComparer.Ordinal);
    private volatile CatalogSnapshot _current = CatalogSnapshot.Empty;

    public FolderCatalog(IOptions<CatalogOptions> options, TimeProvider clock, ILogger<FolderCatalog> logger)
    {
        _folder = new CatalogFolder(options.Value.Folder);
        _reader = new DocumentReader(new EnvironmentAllowList(options), options.Value.ReservedActivities, clock);
        (_clock, _logger) = (clock, logger);
    }

    public CatalogSnapshot Current => _current;

    /// <summary>Reads what has changed. When the folder itself can not be read, all that was in force stays.</summary>
    public async Task<CatalogSnapshot> RefreshAsync(CancellationToken cancellationToken)
    {
        await _oneLoad.WaitAsync(cancellationToken);
        try
        {
            _current = await LoadAsync(cancellationToken);
            Log.Loaded(_logger, _current.Items.Count, _current.Findings.Count);
            return _current;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.Unreadable(_logger, failure.Message);
            _current = _current with { Findings = [.. _current.Findings.Where(finding => finding.File is not null), Unreadable(failure)] };
            return _current;
        }
        finally
        {
            _oneLoad.Release();
        }
    }

    public void Dispose() => _oneLoad.Dispose();

    private static Finding Unreadable(Exception failure) => new(
        Severity.Error, "folder.unreadable", $"The catalog's folder can not be read: {failure.Message}", null, 0, 0, "", null);

    private async Task<CatalogSnapshot> LoadAsync(CancellationToken cancellationToken)
    {
        var documents = new Dictionary<string, LoadedDocument>(StringComparer.Ordinal);
        foreach (var file in _folder.Files())
        {
            var bytes = await _folder.ReadAsync(file, YamlReader.MaxBytes + 1, cancellationToken);
            if (bytes is not null)
            {
                var before = _documents.GetValueOrDefault(file);
                documents[file] = before?.Latest.Digest == LoadedDocument.DigestOf(bytes)
                    ? before
                    : LoadedDocument.After(before, _reader.Read(file, bytes));
            }
        }

        _documents = documents;
        return Assemble(documents.Values);
    }

    private CatalogSnapshot Assemble(IEnumerable<LoadedDocument> documents)
    {
        var items = new Dictionary<string, CatalogItem>(StringComparer.Ordinal);
        var findings = new List<Finding>();
        foreach (var document in documents.OrderBy(document => document.Latest.File, StringComparer.Ordinal))
        {
            findings.AddRange(document.Latest.Findings);
            if (document.InForce is { } item && !items.TryAdd(item.Id, item))
            {
                var place = document.Latest.IdPlace;
                findings.Add(new Finding(
                    Severity.Error, "id.duplicate", $"The document {items[item.Id].File} has the id '{item.Id}' already.",
                    item.File, place.Line, place.Column, place.Pointer.ToString(), null));
            }
        }

        findings.AddRange(items.Values.Where(item => item.Lifecycle?.ReplacedBy is { } id && !items.ContainsKey(id)).Select(Dangling));
        return new CatalogSnapshot
        {
            Items = items.ToFrozenDictionary(StringComparer.Ordinal),
            Findings = findings,
            LoadedAt = _clock.GetUtcNow(),
        };

        Finding Dangling(CatalogItem item) => new(
            Severity.Warning, "lifecycle.replaced-by", $"'{item.Lifecycle!.ReplacedBy}' is no item of this catalog.",
            item.File, 1, 1, "/lifecycle/replacedBy", Nearest.DidYouMean(item.Lifecycle.ReplacedBy!, items.Keys));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Loaded the catalog: {Items} items, {Findings} findings.")]
        public static partial void Loaded(ILogger logger, int items, int findings);

        [LoggerMessage(2, LogLevel.Error, "The catalog's folder can not be read, what was loaded before stays in force: {Reason}")]
        public static partial void Unreadable(ILogger logger, string reason);
    }
}
