using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pao.Catalog.Documents;
using Pao.Catalog.Loading;
using Pao.Catalog.Sources;
using Pao.Catalog.Yaml;

namespace Pao.Catalog;

/// <summary>The catalog that is in force. A load makes a whole new snapshot and swaps it in at once.</summary>
public sealed partial class ServiceCatalog : IDisposable
{
    private readonly ICatalogSource _source;
    private readonly EnvironmentAllowList _environment;
    private readonly DocumentReader _reader;
    private readonly TimeProvider _clock;
    private readonly ILogger<ServiceCatalog> _logger;
    private readonly SemaphoreSlim _oneLoad = new(1, 1);
    private Dictionary<string, LoadedDocument> _documents = new(StringComparer.Ordinal);
    private string? _memory;
    private volatile CatalogSnapshot _current = CatalogSnapshot.Empty;

    internal ServiceCatalog(
        ICatalogSource source, IOptions<CatalogOptions> options, TimeProvider clock, ILogger<ServiceCatalog> logger)
    {
        _environment = new EnvironmentAllowList(options);
        _reader = new DocumentReader(_environment, options.Value.ReservedActivities, clock)
        {
            WhySecretRefused = options.Value.WhySecretRefused,
        };
        (_source, _clock, _logger) = (source, clock, logger);
    }

    public CatalogSnapshot Current => _current;

    /// <summary>Tells of each snapshot that offers something else than the one before. It must not block.</summary>
    public event Action<CatalogSnapshot>? Swapped;

    /// <summary>Reads what has changed. When the source itself can not be read, all that was in force stays.</summary>
    public async Task<CatalogSnapshot> RefreshAsync(CancellationToken cancellationToken)
    {
        await _oneLoad.WaitAsync(cancellationToken);
        try
        {
            var before = _current;
            _current = await LoadAsync(cancellationToken);
            if (_current.Version != before.Version)
            {
                Swapped?.Invoke(_current);
            }

            Log.Loaded(_logger, _current.Items.Count, _current.Bundles.Count, _current.Findings.Count);
            if (await _source.TellAsync(_current, cancellationToken) is { } untold)
            {
                _current = _current with { Findings = [.. _current.Findings, untold] };
            }
        }
        catch (SourceUnavailableException failure)
        {
            Log.Unavailable(_logger, failure.Message);
            _current = _current with { Findings = [.. _current.Findings.Where(finding => finding.File is not null), Unavailable(failure)] };
        }
        finally
        {
            _oneLoad.Release();
        }

        return _current;
    }

    /// <summary>Takes the hint that a branch has moved: when it is the catalog's, it is loaded at once. Nothing is believed of it.</summary>
    /// <returns>Whether it is the catalog's.</returns>
    public bool Notice(SourcePush push) => _source.Notice(push);

    public void Dispose() => _oneLoad.Dispose();

    private static Finding Unavailable(SourceUnavailableException failure) =>
        new(Severity.Error, "source.unavailable", failure.Message, null, 0, 0, "", null);

    private async Task<CatalogSnapshot> LoadAsync(CancellationToken cancellationToken)
    {
        var tree = await _source.ListAsync(_memory, cancellationToken);
        var documents = new Dictionary<string, LoadedDocument>(StringComparer.Ordinal);
        foreach (var file in tree.Files)
        {
            if (await LoadAsync(file, cancellationToken) is { } document)
            {
                documents[file.Path] = document;
            }
        }

        var withheld = tree.Files.Where(file => file.IsWithheld).Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var assembly = new SnapshotAssembly(_environment, _clock.GetUtcNow()) { Before = _current, Withheld = withheld };
        var (snapshot, judged) = assembly.Of(documents.Values, tree.Revision);
        _documents = judged.ToDictionary(document => document.Latest.File, StringComparer.Ordinal);
        _memory = tree.Memory;
        return snapshot with { Findings = [.. tree.Findings, .. snapshot.Findings] };
    }

    /// <summary>What has not changed is neither read nor checked again.</summary>
    private async Task<LoadedDocument?> LoadAsync(SourceFile file, CancellationToken cancellationToken)
    {
        var before = _documents.GetValueOrDefault(file.Path);
        if (file.ContentId is not null && before?.ContentId == file.ContentId)
        {
            return before;
        }

        if (await _source.ReadAsync(file, YamlReader.MaxBytes + 1, cancellationToken) is not { } bytes)
        {
            return null;
        }

        return before?.Latest.Digest == CatalogDocument.DigestOf(bytes)
            ? before with { ContentId = file.ContentId }
            : LoadedDocument.After(before, _reader.Read(file.Path, bytes), file.ContentId);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Loaded the catalog: {Items} items, {Bundles} bundles, {Findings} findings.")]
        public static partial void Loaded(ILogger logger, int items, int bundles, int findings);

        [LoggerMessage(2, LogLevel.Error, "The catalog can not be loaded, what was loaded before stays in force: {Reason}")]
        public static partial void Unavailable(ILogger logger, string reason);
    }
}
