using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Pao.Catalog.Loading.Bundles;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Loading;

/// <summary>Puts documents together to a snapshot, and holds them to the rules between documents.</summary>
internal sealed class SnapshotAssembly(EnvironmentAllowList environment, DateTimeOffset now)
{
    private readonly Dictionary<string, CatalogItem> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CatalogBundle> _bundles = new(StringComparer.Ordinal);
    private readonly List<Finding> _findings = [];

    /// <summary>The snapshot in force: of two documents with one id, the one that has it keeps it.</summary>
    public CatalogSnapshot Before { get; init; } = CatalogSnapshot.Empty;

    /// <summary>Files of which an earlier version is in force, because the source withholds the latest.</summary>
    public IReadOnlySet<string> Withheld { get; init; } = FrozenSet<string>.Empty;

    /// <returns>The snapshot, and the documents with the bundles that are in force now.</returns>
    public (CatalogSnapshot Snapshot, IReadOnlyList<LoadedDocument> Documents) Of(IEnumerable<LoadedDocument> documents, string? revision)
    {
        var inOrder = documents
            .OrderBy(document => HasItsId(document) ? 0 : 1)
            .ThenBy(document => document.Latest.File, StringComparer.Ordinal)
            .ToList();
        foreach (var document in inOrder)
        {
            if (document.InForce is { } item && !_items.TryAdd(item.Id, Marked(item)))
            {
                Duplicate(document, item, _items[item.Id]);
            }
        }

        var bundles = new BundleAssembly(_items, environment, now);
        var judged = inOrder.Select(document => Judge(document, bundles)).ToList();
        var inFiles = _findings.OrderBy(finding => finding.File, StringComparer.Ordinal);
        var snapshot = new CatalogSnapshot
        {
            Version = VersionOf([.. _items.Values, .. _bundles.Values]),
            Items = _items.ToFrozenDictionary(StringComparer.Ordinal),
            Bundles = _bundles.ToFrozenDictionary(StringComparer.Ordinal),
            Revision = revision,
            Findings = [.. inFiles, .. judged.Select(Dangling).OfType<Finding>()],
            LoadedAt = now,
        };
        return (snapshot, judged);
    }

    /// <summary>Otherwise whoever may add a file could take over what another file offers.</summary>
    private bool HasItsId(LoadedDocument document) =>
        (document.InForce?.Id ?? document.Bundle?.Entry.Id ?? document.Latest.Bundle?.Entry.Id) is { } id && Before.Find(id)?.File == document.Latest.File;

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
        if (latest.Bundle is null)
        {
            _findings.AddRange(latest.Findings);
            return latest.HasErrors ? Kept(document, bundles) : document.WithBundle(null);
        }

        // Both look at the templates: what the document alone is wrong in is found twice.
        var (bundle, findings) = bundles.Assemble(latest.Bundle);
        _findings.AddRange(latest.Findings.Concat(findings).Distinct().OrderBy(finding => finding.Line).ThenBy(finding => finding.Column));
        return bundle is not null && !latest.HasErrors
            ? Enforce(document.WithBundle(latest.Bundle), bundle)
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

        return document;
    }

    private void Duplicate(LoadedDocument document, CatalogEntry entry, CatalogEntry first)
    {
        var place = document.Latest.IdPlace;
        _findings.Add(new Finding(
            Severity.Error, "id.duplicate", $"The document {first.File} has the id '{entry.Id}' already.",
            entry.File, place.Line, place.Column, place.Pointer.ToString(), null));
    }

    private Finding? Dangling(LoadedDocument document)
    {
        var entry = (CatalogEntry?)document.InForce ?? _bundles.Values.FirstOrDefault(bundle => bundle.File == document.Latest.File);
        if (entry?.Lifecycle?.ReplacedBy is not { } id || _items.ContainsKey(id) || _bundles.ContainsKey(id))
        {
            return null;
        }

        var place = document.Latest.ReplacedByPlace ?? Place.Start with { Pointer = Pointer.Root.Child("lifecycle").Child("replacedBy") };
        return new Finding(
            Severity.Warning, "lifecycle.replaced-by", $"'{id}' is neither an item nor a bundle of this catalog.",
            entry.File, place.Line, place.Column, place.Pointer.ToString(), Nearest.DidYouMean(id, _items.Keys.Concat(_bundles.Keys)));
    }
}
