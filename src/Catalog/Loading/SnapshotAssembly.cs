using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace Pao.Catalog.Loading;

/// <summary>Puts documents together to a snapshot, and holds them to the rules between documents.</summary>
internal static class SnapshotAssembly
{
    public static CatalogSnapshot Of(IEnumerable<LoadedDocument> documents, string? revision, DateTimeOffset now)
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
            Bundles = FrozenDictionary<string, CatalogBundle>.Empty,
            Version = VersionOf(items.Values),
            Revision = revision,
            Findings = findings,
            LoadedAt = now,
        };

        static string VersionOf(IEnumerable<CatalogEntry> entries)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var entry in entries.OrderBy(entry => entry.Id, StringComparer.Ordinal))
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{entry.File}\n{entry.Digest}\n{entry.IsStale}\n{entry.Unavailable}\n\n"));
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
        }

        Finding Dangling(CatalogItem item) => new(
            Severity.Warning, "lifecycle.replaced-by", $"'{item.Lifecycle!.ReplacedBy}' is no item of this catalog.",
            item.File, 1, 1, "/lifecycle/replacedBy", Nearest.DidYouMean(item.Lifecycle.ReplacedBy!, items.Keys));
    }
}
