using System.Security.Cryptography;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>What reading one file came to.</summary>
/// <param name="Item">The item; null when the document has errors, or is of a kind that is not served yet.</param>
/// <param name="IdPlace">Where the item says its id, for what is wrong between documents.</param>
internal sealed record CatalogDocument(
    string File, string Digest, CatalogItem? Item, Place IdPlace, IReadOnlyList<Finding> Findings)
{
    public static string DigestOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public bool HasErrors => Findings.Any(finding => finding.Severity is Severity.Error);
}
