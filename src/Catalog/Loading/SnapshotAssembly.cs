using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Pao.Catalog.Loading.Bundles;

namespace Pao.Catalog.Loading;

/// <summary>Puts documents together to a snapshot, and holds them to the rules between documents.</summary>
internal sealed class SnapshotAssembly(EnvironmentAllowList environment, DateTimeOffset now)
{
    private readonly Dictionary<string, CatalogItem> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CatalogBundle> _bundles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CatalogEntry> _inForce = new(StringComparer.Ordinal);
    private readonly List<Finding> _findings = [];

    /// <summary>The snapshot in force: of two documents with one id, the one that has it keeps it.</summary>
    public CatalogSnapshot Before { get; init; } = CatalogSnapshot.Empty;

    /// <summary>Files of which an earlier version is in force, because the source withholds the latest.</summary>
    public IReadOnlySet<string> Withheld { get; init; } = FrozenSet<string>.Empty;

    /// <returns>The snapshot, and the documents with the bundles that are in force now.</returns>
    public (CatalogSnapshot Snapshot, IReadOnlyList<LoadedDocument> Documents) Of(IEnumerable<LoadedDocument> documents, string? revision)
    {
        var inOrder = documents.OrderBy(Rank).ThenBy(document => document.File, StringComparer.Ordinal).ToList();
        foreach (var document in inOrder)
        {
            if (document.InForce is not { } item)
            {
                continue;
            }

            if (_items.TryAdd(item.Id, Marked(item)))
            {
                _inForce[document.File] = _items[item.Id];
            }
            else
            {
                Duplicate(document, item, _items[item.Id]);
            }
        }

        var bundles = new BundleAssembly(_items, environment, now);
        var judged = inOrder.Select(document => Judge(document, bundles)).Select(Dated).ToList();
        var inFiles = _findings.OrderBy(finding => finding.File, StringComparer.Ordinal);
        var ids = _items.Keys.Concat(_bundles.Keys).ToHashSet(StringComparer.Ordinal);
        var snapshot = new CatalogSnapshot
        {
            Version = VersionOf([.. _items.Values, .. _bundles.Values]),
            Items = _items.ToFrozenDictionary(StringComparer.Ordinal),
            Bundles = _bundles.ToFrozenDictionary(StringComparer.Ordinal),
            Revision = revision,
            Findings = [.. inFiles, .. judged.Select(document => Dangling(document, ids)).OfType<Finding>()],
            Stale = StaleOf(judged),
            Rejected = judged.Count(document => !_inForce.ContainsKey(document.File)),
            LoadedAt = now,
        };
        return (snapshot, judged);
    }

    /// <summary>
    /// Who has an id comes first, and who was refused it before comes last: otherwise whoever may add a file could take over what
    /// another one offers.
    /// </summary>
    private int Rank(LoadedDocument document)
    {
        var id = document.InForce?.Id ?? document.Bundle?.Entry.Id ?? document.Latest.Bundle?.Entry.Id;
        return id is not null && Before.Find(id)?.File == document.File ? 0
            : document is { RejectedSince: not null, IsLatestValid: true } && !Withheld.Contains(document.File) ? 2
            : 1;
    }

    /// <summary>A version can be valid and not in force all the same: another document has its id, or it is not the latest one.</summary>
    private LoadedDocument Dated(LoadedDocument document) => document.Dated(
        now, isInForce: document.IsLatestValid && _inForce.ContainsKey(document.File) && !Withheld.Contains(document.File));

    private T Marked<T>(T entry)
        where T : CatalogEntry => Withheld.Contains(entry.File) ? entry with { IsStale = true } : entry;

    private static string VersionOf(IEnumerable<CatalogEntry> entries)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var entry in entries.OrderBy(entry => entry.Id, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{entry.File}\n{entry.Digest}\n{entry.IsStale}\n{entry.Unavailable}\n\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>
    /// A bundle that is wrong, in itself or with the items there are, leaves its last valid version in force, as long as that
    /// one fits the items there are.
    /// </summary>
    private LoadedDocument Judge(LoadedDocument document, BundleAssembly bundles)
    {
        var latest = document.Latest;
        if (document.Refusal is { } refusal)
        {
            _findings.Add(refusal);
        }

        if (latest.Bundle is null)
        {
            _findings.AddRange(latest.Findings);
            return latest.HasErrors ? Kept(document, bundles) : document.WithoutBundle();
        }

        // Both look at the templates: what the document alone is wrong in is found twice.
        var (bundle, findings) = bundles.Assemble(latest.Bundle);
        _findings.AddRange(latest.Findings.Concat(findings).Distinct().OrderBy(finding => finding.Line).ThenBy(finding => finding.Column));
        return bundle is not null && !latest.HasErrors
            ? Enforce(document.WithLatestBundle(), bundle)
            : Kept(document, bundles);
    }

    private LoadedDocument Kept(LoadedDocument document, BundleAssembly bundles) =>
        document.Bundle is { } last && last != document.Latest.Bundle && bundles.Assemble(last).Bundle is { } stale
            ? Enforce(document, stale with { IsStale = true })
            : document;

    private LoadedDocument Enforce(LoadedDocument document, CatalogBundle bundle)
    {
        if (_items.TryGetValue(bundle.Id, out var item))
        {
            Duplicate(document, bundle, item);
        }
        else if (!_bundles.TryAdd(bundle.Id, Marked(bundle)))
        {
            Duplicate(document, bundle, _bundles[bundle.Id]);
        }
        else
        {
            _inForce[document.File] = bundle;
        }

        return document;
    }

    private FrozenDictionary<string, StaleDocument> StaleOf(IEnumerable<LoadedDocument> documents) => documents
        .Where(document => _inForce.GetValueOrDefault(document.File) is { IsStale: true })
        .ToFrozenDictionary(
            document => document.File,
            document => new StaleDocument(_inForce[document.File].Id, _inForce[document.File].Version, document.RejectedSince ?? now),
            StringComparer.Ordinal);

    private void Duplicate(LoadedDocument document, CatalogEntry entry, CatalogEntry first) =>
        _findings.Add(NeighbourRules.Duplicate(document.Latest, entry, first));

    private Finding? Dangling(LoadedDocument document, HashSet<string> ids) =>
        NeighbourRules.Dangling(document.Latest, document.InForce ?? _inForce.GetValueOrDefault(document.File), ids);
}
