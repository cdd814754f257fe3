using Pao.Catalog.Keeping;

namespace Pao.Catalog.Tests.Keeping;

/// <summary>What the real archives do, in memory, for tests that take it away.</summary>
internal sealed class TestArchive : ICatalogArchive
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, (long Number, KeptDocument Document)> _documents = new(StringComparer.Ordinal);
    private long _number;
    private KeptLoad? _load;

    public bool IsAway { get; set; }

    /// <summary>Called before something is kept, by whoever is faster.</summary>
    public Func<Task>? BeforeKeep { get; set; }

    /// <summary>What was kept, in order.</summary>
    public List<KeptChange> Changes { get; } = [];

    public KeptDocument this[string file] => _documents[file].Document;

    public Task<KeptCatalog?> ReadAsync(long? since, CancellationToken cancellationToken)
    {
        ThrowWhenAway();
        lock (_gate)
        {
            return Task.FromResult(since == _number
                ? null
                : new KeptCatalog(
                    _number,
                    _load,
                    [.. _documents.Values.Where(kept => kept.Number > (since <= _number ? since : 0)).Select(kept => kept.Document)],
                    _documents.Keys.ToHashSet(StringComparer.Ordinal)));
        }
    }

    public async Task<long?> KeepAsync(KeptChange change, CancellationToken cancellationToken)
    {
        if (BeforeKeep is { } before)
        {
            BeforeKeep = null;
            await before();
        }

        ThrowWhenAway();
        lock (_gate)
        {
            if (change.Number != _number)
            {
                return null;
            }

            _number++;
            _load = change.Load;
            Changes.Add(change);
            foreach (var document in change.Changed)
            {
                _documents[document.File] = (_number, document);
            }

            foreach (var file in change.Removed)
            {
                _documents.Remove(file);
            }

            return _number;
        }
    }

    /// <summary>Goes back to the first day.</summary>
    public void Clear()
    {
        (_number, _load) = (0, null);
        _documents.Clear();
    }

    private void ThrowWhenAway()
    {
        if (IsAway)
        {
            throw new ArchiveUnavailableException("away", null);
        }
    }
}
