using Microsoft.Extensions.Options;
using Pao.Catalog.Documents;
using Pao.Catalog.Loading;
using Pao.Catalog.Loading.Bundles;
using Pao.Catalog.Sources;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Authoring;

/// <summary>
/// Judges a document that is in no catalog yet, as a load would if it were: by itself, and between the documents that are
/// in force. Nothing of it is kept.
/// </summary>
public sealed class DocumentCheck(IOptions<CatalogOptions> options, TimeProvider clock)
{
    /// <summary>The name of a document that has none: it breaks no rule about names.</summary>
    private const string Nameless = "document.yaml";

    private readonly EnvironmentAllowList _environment = new(options);
    private readonly DocumentReader _reader = new(new EnvironmentAllowList(options), options.Value.ReservedActivities, clock);

    /// <summary>Whether a file of the catalog with this path, below its root, would be read as a document.</summary>
    public static bool IsDocumentPath(string path) =>
        DocumentPaths.IsDocument(path)
        && path.Split('/').All(part => part is not ("" or "..") && !part.Any(char.IsControl) && !part.Contains('\\', StringComparison.Ordinal));

    /// <returns>The item or bundle, null when the document has errors, and what was found in it, in its order.</returns>
    public CheckedDocument Check(SentDocument text, CatalogSnapshot catalog) => Check(text, catalog, out _);

    /// <param name="tree">What the text holds; null when it can not be read.</param>
    internal CheckedDocument Check(SentDocument text, CatalogSnapshot catalog, out YamlNode? tree)
    {
        var file = text.File ?? Nameless;
        var own = new FindingList(file);
        tree = text.IsJson ? JsonTree.Read(text.Utf8.Span, own) : YamlReader.Read(text.Utf8.Span, own);
        var document = _reader.Read(file, CatalogDocument.DigestOf(text.Utf8.Span), tree, own);
        CatalogEntry? entry = document.Item;
        IEnumerable<Finding> findings = document.Findings;
        if (document.Bundle is { } written)
        {
            // Both look at the templates: what the document alone is wrong in is found twice.
            var (bundle, between) = new BundleAssembly(catalog.Items, _environment, clock.GetUtcNow()).Assemble(written);
            entry = document.HasErrors ? null : bundle;
            findings = findings.Concat(between).Distinct();
        }

        findings = findings.Concat(Neighbours(document, entry, text.File, catalog));
        var all = findings.OrderBy(finding => finding.Line).ThenBy(finding => finding.Column).Select(finding => finding with { File = text.File }).ToList();
        return new CheckedDocument(all.Exists(finding => finding.Severity is Severity.Error) ? null : entry, all);
    }

    /// <summary>A document without a name is a new version of the one that has its id.</summary>
    private static IEnumerable<Finding> Neighbours(CatalogDocument document, CatalogEntry? entry, string? file, CatalogSnapshot catalog)
    {
        if (entry is null)
        {
            yield break;
        }

        if (catalog.Find(entry.Id) is { } other && (file is null ? other.GetType() != entry.GetType() : other.File != file))
        {
            yield return NeighbourRules.Duplicate(document, entry, other);
        }

        if (NeighbourRules.Dangling(document, entry, [.. catalog.Entries.Select(one => one.Id), entry.Id]) is { } dangling)
        {
            yield return dangling;
        }
    }
}

/// <summary>A document as an author sends it.</summary>
/// <param name="Utf8">More than 1 MiB of it is a finding.</param>
/// <param name="IsJson">It is to be JSON; else YAML, of which JSON is a part.</param>
/// <param name="File">The path below the catalog's root that it has or will have; null when that is not said.</param>
public sealed record SentDocument(ReadOnlyMemory<byte> Utf8, bool IsJson = false, string? File = null);

/// <param name="Entry">The item or bundle that the document describes; null when it has errors.</param>
/// <param name="Findings">In the document's order.</param>
public sealed record CheckedDocument(CatalogEntry? Entry, IReadOnlyList<Finding> Findings);
