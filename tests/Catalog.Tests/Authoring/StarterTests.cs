using System.Text;
using System.Text.RegularExpressions;
using Pao.Catalog.Authoring;
using Pao.Catalog.Authoring.Variables;
using Pao.Catalog.Tests.Schemas;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Tests.Authoring;

/// <summary>catalog/templates: documents to begin with, right as soon as what is marked is filled in.</summary>
public sealed partial class StarterTests
{
    private static readonly Dictionary<string, string> Filled = new(StringComparer.Ordinal)
    {
        ["category"] = "storage",
        ["service"] = "thing",
        ["Service"] = "Thing",
        ["solution"] = "webapp",
        ["team"] = "platform",
        ["team@example.com"] = "platform@example.com",
        ["tag"] = "example",
        ["PROJECT"] = "PLAT",
        ["4711"] = "1234",
        ["api.example.com"] = "things.example.com",
        ["hooks.example.com"] = "hooks.example.org",
        ["secret-name"] = "things-api",
        ["mapping"] = "infrastructure",
        ["registry.example.com/team/module/provider"] = "app.terraform.io/example/database/aws",
        ["owner"] = "example",
        ["repository"] = "provisioning",
        ["workflow.yml"] = "provision.yml",
        ["category-service-variant"] = "starter-hello-standard",
        ["1.0.0"] = "1.0.0",
        ["field"] = "name",
        ["output"] = "greeting",
    };

    public static TheoryData<string> Names() =>
        [.. Directory.EnumerateFiles(Folder, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    private static string Folder { get; } = Path.Combine(TestCatalog.SampleFolder, "templates");

    [Fact]
    public void There_is_one_for_each_way_to_begin() =>
        Assert.Equal(["bundle", "github-workflow", "manual", "rest-api", "terraform", "webhook"], Names().Select(row => row.Data));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Filled_in_it_is_valid_in_its_place_for_the_service_and_for_editors(string name)
    {
        var catalog = await AuthoringCatalog.SamplesAsync();
        var text = Fill(Read(name));
        var file = name is "bundle" ? "bundles/webapp.yaml" : "storage/thing.yaml";

        var document = AuthoringCatalog.Check.Check(new SentDocument(AuthoringCatalog.Utf8(text), File: file), catalog);

        Assert.Empty(document.Findings);
        Assert.NotNull(document.Entry);
        var tree = YamlReader.Read(Encoding.UTF8.GetBytes(text), new FindingList(file))!.ToJson();
        Assert.Empty(Assert.Single(await SchemaJudge.JudgeAsync([tree], TestContext.Current.CancellationToken)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Filled_in_every_template_of_it_can_be_rendered(string name)
    {
        var catalog = await AuthoringCatalog.SamplesAsync();

        var report = AuthoringCatalog.Variables.Test(AuthoringCatalog.Utf8(Fill(Read(name))), new VariableSamples(), catalog);

        Assert.NotEmpty(report.Templates);
        Assert.All(report.Templates, template => Assert.True(template.Error is null, template.ToString()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task As_it_is_it_has_errors_and_all_of_them_are_in_what_is_marked(string name)
    {
        var catalog = await AuthoringCatalog.SamplesAsync();
        var lines = Read(name).Split('\n');

        var errors = AuthoringCatalog.Check.Check(new SentDocument(AuthoringCatalog.Utf8(Read(name))), catalog).Findings
            .Where(finding => finding.Severity is Severity.Error).ToList();

        Assert.NotEmpty(errors);
        Assert.All(errors, error => Assert.Matches(Mark(), lines[error.Line - 1]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_names_the_schema_for_editors_first_and_says_how_it_is_used(string name)
    {
        var lines = Read(name).Split('\n');
        var kind = name is "bundle" ? "catalog-bundle" : "catalog-item";

        Assert.Equal($"# yaml-language-server: $schema=../schema/{kind}.json", lines[0]);
        Assert.True(File.Exists(Path.Combine(TestCatalog.SampleFolder, "schema", $"{kind}.json")));
        Assert.Contains(lines, line => line.StartsWith("# To use it: copy it to catalog/", StringComparison.Ordinal));
    }

    private static string Read(string name) => File.ReadAllText(Path.Combine(Folder, name + ".yaml"));

    /// <summary>The sentence that the description is to be is filled in as it stands.</summary>
    private static string Fill(string text) => Mark().Replace(
        text, mark => Filled.GetValueOrDefault(mark.Groups["what"].Value)
            ?? (mark.Groups["what"].Value.Contains(' ') ? mark.Groups["what"].Value : throw new InvalidOperationException($"Nothing to fill in for {mark.Value}.")));

    [GeneratedRegex("<(?<what>[A-Za-z0-9][^<>\n]*)>", RegexOptions.CultureInvariant, 250)]
    private static partial Regex Mark();
}
