using System.Text;
using Pao.Catalog.Authoring;
using Pao.Catalog.Tests.Hostile;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Tests.Authoring;

/// <summary>A document that is in no catalog yet is judged as if it were.</summary>
public sealed class DocumentCheckTests
{
    [Theory]
    [InlineData("starter/hello.yaml")]
    [InlineData("networking/dns-record.yaml")]
    [InlineData("bundles/web-shop.yaml")]
    public async Task A_document_of_the_catalog_is_valid_in_its_place_and_as_JSON(string file)
    {
        var catalog = await AuthoringCatalog.SamplesAsync();
        var yaml = AuthoringCatalog.Sample(file);
        var json = Encoding.UTF8.GetBytes(YamlReader.Read(yaml, new FindingList(file))!.ToJson()!.ToJsonString());

        foreach (var text in new SentDocument[] { new(yaml), new(yaml, File: file), new(json, IsJson: true, File: file) })
        {
            var document = AuthoringCatalog.Check.Check(text, catalog);

            Assert.Empty(document.Findings);
            Assert.Equal(catalog.Entries.Single(entry => entry.File == file).Id, document.Entry?.Id);
        }
    }

    [Fact]
    public async Task Every_invalid_document_has_the_findings_that_a_load_has()
    {
        var catalog = await AuthoringCatalog.SamplesAsync();
        foreach (var name in InvalidDocuments.Names)
        {
            var file = $"starter/{name}.yaml";
            var expected = InvalidDocuments.Read(name).Findings;

            var found = AuthoringCatalog.Check.Check(new SentDocument(InvalidDocuments.Bytes(name), File: file), catalog).Findings;

            // What is wrong between documents is known here only.
            Assert.Equal(expected, found.Where(finding => finding.Rule is not ("id.duplicate" or "lifecycle.replaced-by") || expected.Contains(finding)));
        }
    }

    [Fact]
    public async Task An_id_belongs_to_one_file_and_a_document_without_name_is_its_next_version()
    {
        var catalog = await AuthoringCatalog.SamplesAsync();
        var hello = AuthoringCatalog.Sample("starter/hello.yaml");

        var elsewhere = AuthoringCatalog.Check.Check(new SentDocument(hello, File: "starter/other.yaml"), catalog);
        var nameless = AuthoringCatalog.Check.Check(new SentDocument(hello), catalog);

        Assert.Equal("id.duplicate", Assert.Single(elsewhere.Findings).Rule);
        Assert.Equal(("starter/other.yaml", 6, 7, "/metadata/id"), Place(elsewhere.Findings[0]));
        Assert.Null(elsewhere.Entry);
        Assert.Empty(nameless.Findings);
    }

    [Fact]
    public async Task A_bundle_is_judged_with_the_items_in_force_and_names_of_files_only_when_they_are_known()
    {
        var catalog = await AuthoringCatalog.SamplesAsync();
        var text = Encoding.UTF8.GetString(AuthoringCatalog.Sample("bundles/web-shop.yaml"))
            .Replace("hostname: \"{{ fields.name }}\"", "hostnam: \"{{ fields.name }}\"", StringComparison.Ordinal)
            .Replace("version: ^1.0.0", "version: ^7.0.0", StringComparison.Ordinal);

        var nameless = AuthoringCatalog.Check.Check(new SentDocument(AuthoringCatalog.Utf8(text)), catalog);
        var named = AuthoringCatalog.Check.Check(new SentDocument(AuthoringCatalog.Utf8(text), File: "starter/Web Shop.yaml"), catalog);

        Assert.Equal(["component.version", "component.field", "component.required"], nameless.Findings.Select(finding => finding.Rule));
        Assert.Contains(nameless.Findings, finding => finding.Suggestion is "did you mean 'hostname'?");
        Assert.All(nameless.Findings, finding => Assert.Null(finding.File));
        Assert.Equal(["file.bundle", "file.kebab-case"], named.Findings.Select(finding => finding.Rule).Except(nameless.Findings.Select(finding => finding.Rule)).Order());
    }

    [Fact]
    public async Task A_successor_must_be_there()
    {
        var catalog = await AuthoringCatalog.SamplesAsync();
        var text = Encoding.UTF8.GetString(AuthoringCatalog.Sample("starter/hello.yaml")) + "lifecycle: { deprecated: true, replacedBy: compute-vm-linus }\n";

        var finding = Assert.Single(AuthoringCatalog.Check.Check(new SentDocument(AuthoringCatalog.Utf8(text)), catalog).Findings);

        Assert.Equal((Severity.Warning, "lifecycle.replaced-by", "did you mean 'compute-vm-linux'?"), (finding.Severity, finding.Rule, finding.Suggestion));
    }

    [Theory]
    [InlineData("compute/vm.yaml", true)]
    [InlineData("vm.yml", true)]
    [InlineData("compute/vm.json", false)]
    [InlineData("../vm.yaml", false)]
    [InlineData("/etc/vm.yaml", false)]
    [InlineData("a//b.yaml", false)]
    [InlineData("templates/vm.yaml", false)]
    [InlineData(".git/vm.yaml", false)]
    [InlineData("a\\b.yaml", false)]
    public void A_path_names_a_document_or_not(string path, bool isOne) => Assert.Equal(isOne, DocumentCheck.IsDocumentPath(path));

    public static TheoryData<string> Hostile() => [.. HostileDocuments.All.Keys];

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_hostile_document_stops_at_its_bound(string name)
    {
        var catalog = await AuthoringCatalog.SamplesAsync();
        var text = AuthoringCatalog.Utf8(HostileDocuments.All[name]);
        AuthoringCatalog.Check.Check(new SentDocument(AuthoringCatalog.Utf8("kind: CatalogItem")), catalog);
        AuthoringCatalog.Check.Check(new SentDocument(AuthoringCatalog.Utf8("{"), IsJson: true), catalog);

        foreach (var isJson in new[] { false, true })
        {
            var cost = Cost.Start();
            AuthoringCatalog.Check.Check(new SentDocument(text, isJson), catalog);
            cost.Check();
        }
    }

    [Fact]
    public async Task A_hostile_document_in_JSON_stops_at_its_bound()
    {
        var catalog = await AuthoringCatalog.SamplesAsync();
        foreach (var yaml in HostileDocuments.All.Values)
        {
            // As far as YAML has a tree of it, the same as JSON.
            if (YamlReader.Read(Encoding.UTF8.GetBytes(yaml), new FindingList("x"))?.ToJson() is { } tree)
            {
                var json = AuthoringCatalog.Utf8(tree.ToJsonString());
                var cost = Cost.Start();
                AuthoringCatalog.Check.Check(new SentDocument(json, IsJson: true), catalog);
                cost.Check();
            }
        }
    }

    private static (string?, int, int, string) Place(Finding finding) => (finding.File, finding.Line, finding.Column, finding.Pointer);
}
