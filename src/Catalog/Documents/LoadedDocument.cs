using System.Security.Cryptography;

namespace Pao.Catalog.Documents;

/// <summary>A file of the catalog over time: what it says now, and what of it is in force.</summary>
/// <param name="InForce">The last valid version; stale when the latest is not valid.</param>
internal sealed record LoadedDocument(CatalogDocument Latest, CatalogItem? InForce)
{
    public static string DigestOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static LoadedDocument After(LoadedDocument? before, CatalogDocument latest) => new(
        latest,
        latest.HasErrors && before?.InForce is { } valid ? valid with { IsStale = true } : latest.Item);
}
