using System.Security.Cryptography;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>What reading one file came to.</summary>
/// <param name="Item">The item; null when the document has errors, or is of another kind.</param>
/// <param name="IdPlace">Where the document says its id, for what is wrong between documents.</param>
internal sealed record CatalogDocument(
    string File, string Digest, CatalogItem? Item, Place IdPlace, IReadOnlyList<Finding> Findings)
{
    /// <summary>
    /// The bundle, even when the document has errors: those that lie between it and its items are found all the same. Null when
    /// it is of another kind.
    /// </summary>
    public WrittenBundle? Bundle { get; init; }

    /// <summary>Where the document says what replaces it, for what is wrong between documents.</summary>
    public Place? ReplacedByPlace { get; init; }

    public static string DigestOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public bool HasErrors => Findings.Any(finding => finding.Severity is Severity.Error);
}
