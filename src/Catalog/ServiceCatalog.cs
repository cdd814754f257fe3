using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pao.Catalog.Documents;
using Pao.Catalog.Keeping;
using Pao.Catalog.Loading;
using Pao.Catalog.Sources;
using Pao.Catalog.Sources.Ownership;

namespace Pao.Catalog;

/// <summary>The catalog that is in force. A load makes a whole new snapshot and swaps it in at once.</summary>
public sealed partial class ServiceCatalog : IDisposable
{
    /// <summary>A source that says nothing at all, not even that it fails, is given up.</summary>
    private static readonly TimeSpan SourcePatience = TimeSpan.FromMinutes(10);

    private readonly ICatalogSource _source;
    private readonly EnvironmentAllowList _environment;
    private readonly TreeReader _tree;
    private readonly CatalogKeeper? _keeper;
    private readonly TimeProvider _clock;
    private readonly ILogger<ServiceCatalog> _logger;
    private readonly LoadTurns<CatalogLoad> _turns;
    private readonly Lock _swap = new();
    private volatile KnownDocuments _known = KnownDocuments.Nothing;
    private volatile CatalogSnapshot _current = CatalogSnapshot.Empty;

    internal ServiceCatalog(
        ICatalogSource source,
        IOptions<CatalogOptions> options,
        TimeProvider clock,
        ILogger<ServiceCatalog> logger,
        ICatalogArchive? archive = null)
    {
        _environment = new EnvironmentAllowList(options);
        var reader = new DocumentReader(_environment, options.Value.ReservedActivities, clock)
        {
            WhySecretRefused = options.Value.WhySecretRefused,
        };
        _tree = new TreeReader(source, reader);
        _keeper = archive is null ? null : new CatalogKeeper(archive, reader, clock, logger);
        _turns = new LoadTurns<CatalogLoad>(LoadOnceAsync);
        (_source, _clock, _logger) = (source, clock, logger);
    }

    public CatalogSnapshot Current => _current;

    /// <summary>Tells of each snapshot that offers something else than the one before. It must not block.</summary>
    public event Action<CatalogSnapshot>? Swapped;

    /// <summary>Tells of each load, whoever asked for it. It must not block.</summary>
    internal event Action<CatalogLoad>? Loaded;

    /// <summary>
    /// Reads what has changed. When the source itself can not be read, all that was in force stays; when nothing was, what was kept
    /// last comes into force. Who asks while a load runs shares the next one.
    /// </summary>
    public Task<CatalogLoad> LoadAsync(CancellationToken cancellationToken) => _turns.LoadAsync(cancellationToken);

    /// <summary>The same, for who wants to know no more than what is in force then.</summary>
    public async Task<CatalogSnapshot> RefreshAsync(CancellationToken cancellationToken) => (await LoadAsync(cancellationToken)).Snapshot;

    /// <summary>The text that an entry in force was read from; null when there is another version meanwhile.</summary>
    public ReadOnlyMemory<byte>? TextOf(CatalogEntry entry) => _known.TextOf(entry.File, entry.Digest)?.Bytes;

    /// <summary>Takes the hint that a branch has moved: when it is the catalog's, it is loaded at once. Nothing is believed of it.</summary>
    /// <returns>Whether it is the catalog's.</returns>
    public bool Notice(SourcePush push) => _source.Notice(push);

    public void Dispose() => _turns.Dispose();

    /// <summary>Ends the load that runs.</summary>
    internal Task StopAsync(CancellationToken cancellationToken) => _turns.StopAsync(cancellationToken);

    /// <summary>Puts what was kept in force, when nothing is yet: the source takes its time.</summary>
    internal void ServeKept(string reason)
    {
        lock (_swap)
        {
            if (!_current.IsLoaded)
            {
                Swap(WithOutage(Restored() ?? _current, reason));
            }
        }
    }

    private async Task<CatalogLoad> LoadOnceAsync(CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        var before = _current;
        var kept = _keeper is null ? null : await _keeper.ReadAsync(_known.Documents, cancellationToken);
        _known = _known.With(kept);
        bool? isKept = null;
        try
        {
            if (_source.NeedsMemory && _keeper is { Load: null } && kept is null && _known.Memory is null)
            {
                throw new SourceUnavailableException("The database does not tell what was judged last, and without that nothing new can be judged.");
            }

            var (snapshot, load) = await ReadSourceAsync(cancellationToken);
            Swap(snapshot);
            Log.Loaded(_logger, _current.Items.Count, _current.Bundles.Count, _current.Findings.Count);
            if (_keeper is not null)
            {
                isKept = kept is not null && await _keeper.KeepAsync(_known.Documents, load, cancellationToken);
                _known = _known with { IsKept = isKept is true };
            }

            if (await _source.TellAsync(snapshot, cancellationToken) is { } untold)
            {
                Swap(snapshot with { Findings = [.. snapshot.Findings, untold] });
            }
        }
        catch (SourceUnavailableException failure)
        {
            Log.Unavailable(_logger, failure.Message);
            var followed = !before.IsLoaded || (_known.IsKept && kept is { IsNew: true }) ? Restored() : null;
            Swap(WithOutage(followed ?? _current, failure.Message));
        }

        var done = CatalogLoad.Of(before, _current, _clock.GetElapsedTime(started), isKept);
        Loaded?.Invoke(done);
        return done;
    }

    private async Task<(CatalogSnapshot Snapshot, KeptLoad Load)> ReadSourceAsync(CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(SourcePatience, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            var memory = _known.IsKept && _keeper is not null ? _keeper.Load?.Memory : _known.Memory;
            var tree = await _source.ListAsync(memory, both.Token);
            var documents = await _tree.ReadAsync(tree, _known, both.Token);
            var now = _clock.GetUtcNow();
            var withheld = tree.Files.Where(file => file.IsWithheld).Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
            var before = _current.IsLoaded ? _current : Archived() ?? _current;
            var assembly = new SnapshotAssembly(_environment, now) { Before = before, Withheld = withheld };
            var (snapshot, judged) = assembly.Of(documents.Values, tree.Revision);
            _known = KnownDocuments.Of(judged, tree.Memory);
            return (
                snapshot with { Findings = [.. tree.Findings, .. snapshot.Findings] },
                new KeptLoad(tree.Revision, now, tree.Memory, tree.Findings));
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SourceUnavailableException($"The source has not answered within {SourcePatience.TotalMinutes} minutes.", late);
        }
    }

    /// <returns>The catalog as the archive has it; null when it has none, or can not be read.</returns>
    private CatalogSnapshot? Archived()
    {
        if (_keeper?.Load is not { } load)
        {
            return null;
        }

        var withheld = load.Findings.Where(finding => finding.Rule == OwnershipFindings.RefusedRule).Select(finding => finding.File).OfType<string>();
        var assembly = new SnapshotAssembly(_environment, _clock.GetUtcNow()) { Withheld = withheld.ToHashSet(StringComparer.Ordinal) };
        var (snapshot, _) = assembly.Of(_known.InArchive(), load.Revision);
        return snapshot with
        {
            Findings = [.. load.Findings, .. snapshot.Findings],
            LoadedAt = load.LoadedAt,
            IsRestored = true,
        };
    }

    /// <returns>The catalog as the archive has it, because it comes into force.</returns>
    private CatalogSnapshot? Restored()
    {
        var archived = Archived();
        if (archived is not null)
        {
            Log.Restored(_logger, archived.Items.Count, archived.Bundles.Count, archived.LoadedAt, archived.Revision ?? "none");
        }

        return archived;
    }

    private CatalogSnapshot WithOutage(CatalogSnapshot snapshot, string reason)
    {
        var rest = snapshot.IsLoaded
            ? $"in force is what was loaded on {snapshot.LoadedAt:yyyy-MM-dd 'at' HH:mm:ss} UTC"
                + (snapshot.Revision is { } revision ? $", revision {revision}." : ".")
            : "the catalog is empty: nothing is kept of an earlier load, or that can not be read either.";
        var finding = new Finding(Severity.Error, SourceUnavailableException.Rule, $"{reason} Until it can be read {rest}", null, 0, 0, "", null);
        return snapshot with
        {
            Findings = [.. snapshot.Findings.Where(other => other.Rule != finding.Rule), finding],
            Outage = new SourceOutage(_current.Outage?.Since ?? _clock.GetUtcNow(), reason),
        };
    }

    private void Swap(CatalogSnapshot next)
    {
        lock (_swap)
        {
            var before = _current;
            _current = next;
            if (before.Version != next.Version)
            {
                Swapped?.Invoke(next);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Loaded the catalog: {Items} items, {Bundles} bundles, {Findings} findings.")]
        public static partial void Loaded(ILogger logger, int items, int bundles, int findings);

        [LoggerMessage(2, LogLevel.Error, "The catalog can not be loaded, what was loaded before stays in force: {Reason}")]
        public static partial void Unavailable(ILogger logger, string reason);

        [LoggerMessage(3, LogLevel.Warning, "The catalog that was kept last comes into force: {Items} items, {Bundles} bundles, loaded at {LoadedAt}, revision {Revision}.")]
        public static partial void Restored(ILogger logger, int items, int bundles, DateTimeOffset loadedAt, string revision);
    }
}
