using Microsoft.Extensions.Options;
using Pao.Catalog.Documents;
using Pao.Catalog.Loading;

namespace Pao.Catalog.Tests.Bundles;

/// <summary>Bundles beside the items of the folder <c>Items</c>.</summary>
internal static class BundleDocuments
{
    public const string File = "bundles/shop.yaml";

    public static string Folder { get; } = Path.Combine(TestCatalog.SampleFolder, "..", "tests", "Catalog.Tests", "Bundles", "Items");

    public static IReadOnlyList<CatalogDocument> Items { get; } =
        [.. Directory.GetFiles(Folder).Order(StringComparer.Ordinal)
            .Select(path => TestCatalog.Read(System.IO.File.ReadAllBytes(path), $"{CategoryOf(path)}/{Path.GetFileName(path)}"))];

    /// <summary>A snapshot of the items and of these bundles, each in a file of its own.</summary>
    public static CatalogSnapshot Snapshot(params string[] bundles) =>
        Assemble([.. Items, .. bundles.Select((yaml, i) => TestCatalog.Read(yaml, i == 0 ? File : $"bundles/more-{i}.yaml"))]);

    public static CatalogSnapshot Assemble(IEnumerable<CatalogDocument> documents) => new SnapshotAssembly(
            new EnvironmentAllowList(Options.Create(TestCatalog.Options("catalog", "BUNDLE_TEST_UNSET"))), TestCatalog.Now)
        .Of(documents.Select(document => LoadedDocument.After(null, document, null)), null).Snapshot;

    /// <summary>A valid bundle but for what is given.</summary>
    public static string Bundle(
        string components, string mode = "parallel", string id = "bundle-shop-standard", string version = "1.0.0", string more = "") => $$$"""
        kind: CatalogBundle
        metadata:
          id: {{{id}}}
          name: Shop
          description: A description that is long enough for everybody to know what they get.
          version: {{{version}}}
          category: solutions
          owner: { team: platform, contact: platform@example.com }
          short: shop
        presentation:
          form:
            groups:
              - id: main
                name: Main
                fields:
                  - { id: name, name: Name, type: string, required: true }
                  - { id: size, name: Size, type: number, default: 20 }
                  - { id: note, name: Note, type: string }
                  - { id: safe, name: Safe, type: boolean, default: false }
        fulfillment: { orchestration: { mode: {{{mode}}} } }
        components:
        {{{Indented(components)}}}
        {{{more}}}
        """;

    /// <summary>The line of <see cref="Bundle"/> on which its components begin.</summary>
    public const int FirstLine = 22;

    private static string Indented(string components) => "  " + components.ReplaceLineEndings("\n  ");

    private static string CategoryOf(string path) =>
        System.IO.File.ReadLines(path).First(line => line.StartsWith("  category: ", StringComparison.Ordinal))["  category: ".Length..];
}
