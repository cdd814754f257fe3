using System.Text.Json.Nodes;

namespace Pao.Cli.Tests;

/// <summary><c>pao catalog validate</c>, the check before a change is merged.</summary>
public sealed class ValidateTests : IDisposable
{
    private const string Right = """
        kind: CatalogItem
        metadata:
          id: compute-page-standard
          name: Page
          description: A page of one's own on the company's network, ready within a minute.
          version: 1.0.0
          category: compute
          owner: { team: web, contact: web@example.com }
        presentation: { form: { groups: [ { id: page, name: Page, fields: [ { id: title, name: Title, type: string, required: true } ] } ] } }
        fulfillment:
          strategy: { mode: automatic }
          manual: { actions: [ { type: rest-api, config: { endpoint: { url: "{{ env.PAGES_URL }}/pages", method: POST } } } ] }
          automatic: { actions: [ { type: rest-api, config: { endpoint: { url: "{{ env.PAGES_URL }}/{{ fields.title }}", method: PUT } } } ] }

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pao-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_sample_catalog_passes_and_the_summary_is_no_data()
    {
        var ended = await PaoCommand.RunAsync("catalog", "validate", "catalog");

        Assert.Equal(0, ended.ExitCode);
        Assert.All(ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains(": warning ", line, StringComparison.Ordinal));
        Assert.Matches(@"^\d+ documents: no errors, (no|\d+) warnings?\.\n$", ended.Errors);
    }

    [Fact]
    public async Task A_mistake_is_a_line_that_editors_find()
    {
        Write("catalog/compute/page.yaml", Right.Replace("fields.title", "fields.titel", StringComparison.Ordinal));

        var ended = await RunAsync("catalog", "validate", "catalog");

        Assert.Equal(1, ended.ExitCode);
        Assert.Equal(
            "catalog/compute/page.yaml:13:96: error template.unknown-variable: There is no 'fields.titel'. (did you mean 'title'?)\n", ended.Output);
        Assert.Equal("1 document: 1 error, no warnings.\n", ended.Errors);
    }

    [Fact]
    public async Task JSON_has_the_findings_as_the_service_answers_them()
    {
        Write("compute/page.yaml", Right.Replace("fields.title", "fields.titel", StringComparison.Ordinal));
        Write("compute/other.yaml", Right.Replace("-page-", "-other-", StringComparison.Ordinal).Replace("description: ", "description: é #", StringComparison.Ordinal));

        var ended = await RunAsync("catalog", "validate", ".", "--format", "json");

        var report = JsonNode.Parse(ended.Output)!;
        Assert.Equal((1, false, 2, 1), (ended.ExitCode, (bool)report["valid"]!, (int)report["documents"]!, (int)report["items"]!));
        Assert.Equal(
            """{"rule":"template.unknown-variable","message":"There is no \u0027fields.titel\u0027.","file":"compute/page.yaml","line":13,"column":96,"pointer":"/fulfillment/automatic/actions/0/config/endpoint/url","suggestion":"did you mean \u0027title\u0027?"}""",
            Assert.Single(report["errors"]!.AsArray())!.ToJsonString());
        Assert.Equal("description.short", (string?)Assert.Single(report["warnings"]!.AsArray())!["rule"]);
    }

    [Fact]
    public async Task SARIF_is_valid_by_its_published_schema_and_explains_every_rule_that_it_names()
    {
        var ended = await PaoCommand.RunAsync("catalog", "validate", "tests/Catalog.Tests/Invalid", "--format", "sarif");

        Assert.Equal(1, ended.ExitCode);
        Assert.Empty(await PaoCommand.JudgeSarifAsync(ended.Output));
        Assert.NotEmpty(await PaoCommand.JudgeSarifAsync(ended.Output.Replace("\"startLine\": 1,", "\"startLine\": 0,", StringComparison.Ordinal)));
        var run = JsonNode.Parse(ended.Output)!["runs"]![0]!;
        var rules = run["tool"]!["driver"]!["rules"]!.AsArray();
        var results = run["results"]!.AsArray();
        Assert.InRange(results.Count, 100, int.MaxValue);
        Assert.All(results, result =>
        {
            Assert.Equal((string?)result!["ruleId"], (string?)rules[(int)result["ruleIndex"]!]!["id"]);
            var place = result["locations"]![0]!["physicalLocation"]!;
            Assert.True(File.Exists(Path.Combine(PaoCommand.Repository, (string)place["artifactLocation"]!["uri"]!)));
            Assert.Equal("%SRCROOT%", (string?)place["artifactLocation"]!["uriBaseId"]);
            Assert.True((int)place["region"]!["startLine"]! > 0 && (int)place["region"]!["startColumn"]! > 0);
        });
        Assert.All(rules, rule => Assert.NotEmpty((string)rule!["help"]!["text"]!));
    }

    [Fact]
    public async Task Paths_are_from_where_one_stands_and_whole_where_that_is_elsewhere()
    {
        Write("my catalog/compute/page.yaml", Right.Replace("1.0.0", "one", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "elsewhere"));

        var here = await RunAsync("catalog", "validate", Path.Combine(_folder.FullName, "my catalog"), "--format", "sarif");
        var elsewhere = await PaoCommand.RunInAsync(Path.Combine(_folder.FullName, "elsewhere"), "catalog", "validate", "../my catalog");

        Assert.Equal("my%20catalog/compute/page.yaml", (string?)Uri(here));
        Assert.StartsWith($"{_folder.FullName}/my catalog/compute/page.yaml:6:12: error version.semver", elsewhere.Output, StringComparison.Ordinal);

        static JsonNode? Uri(Ended ended) =>
            JsonNode.Parse(ended.Output)!["runs"]![0]!["results"]![0]!["locations"]![0]!["physicalLocation"]!["artifactLocation"]!["uri"];
    }

    [Theory]
    [InlineData(2, "there is no folder 'nowhere'", "catalog", "validate", "nowhere")]
    [InlineData(2, "there is no folder 'file'", "catalog", "validate", "file")]
    [InlineData(2, "empty", "catalog", "validate", "empty")]
    [InlineData(2, "there are no documents (*.yaml) in 'other'", "catalog", "validate", "other")]
    [InlineData(2, "pao: --format: Argument 'xml' not recognized. Must be one of: 'text' 'json' 'sarif'", "catalog", "validate", "empty", "--format", "xml")]
    [InlineData(2, "pao: --fail-on: Argument 'never'", "catalog", "validate", "empty", "--fail-on", "never")]
    [InlineData(2, "Required argument 'DIR' missing", "catalog", "validate")]
    [InlineData(2, "--help tells", "catalog", "validat", "empty")]
    [InlineData(2, "--help tells")]
    public async Task What_can_not_be_run_says_why_and_ends_with_2(int exitCode, string said, params string[] arguments)
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "empty"));
        Write("file", "");
        Write("other/README.md", "");

        var ended = await RunAsync(arguments);

        Assert.Equal((exitCode, ""), (ended.ExitCode, ended.Output));
        Assert.Contains(said, ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_data_and_ends_with_0()
    {
        var ended = await PaoCommand.RunAsync("catalog", "validate", "--help");

        Assert.Equal((0, ""), (ended.ExitCode, ended.Errors));
        Assert.Contains("--fail-on <error|warning>", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warning_fails_only_when_it_is_asked_to()
    {
        Write("compute/Page.yaml", Right);

        var lenient = await RunAsync("catalog", "validate", ".");
        var strict = await RunAsync("catalog", "validate", ".", "--fail-on", "warning");

        Assert.Contains("file.kebab-case", lenient.Output, StringComparison.Ordinal);
        Assert.Equal((0, 1), (lenient.ExitCode, strict.ExitCode));
        Assert.Equal(lenient.Output, strict.Output);
    }

    [Fact]
    public async Task Codeowners_is_checked_line_by_line()
    {
        Write("compute/page.yaml", Right);
        Write(".github/CODEOWNERS", "# Who owns what\n/compute/ @web\n!/databases/ @dba\n/messaging/ nobody\n/compute/public/\n");
        Write("CODEOWNERS", "! comes later, and does not count\n");

        var ended = await RunAsync("catalog", "validate", ".");
        var sarif = await RunAsync("catalog", "validate", ".", "--format", "sarif");
        Write(".github/CODEOWNERS", "/compute/ @web\n/.github/ @acme/platform\n");
        var mended = await RunAsync("catalog", "validate", ".", "--fail-on", "warning");

        Assert.Equal(0, ended.ExitCode);
        Assert.Equal(
            [
                ".github/CODEOWNERS:3:1: warning codeowners.syntax: .github/CODEOWNERS:3: '!' is not supported in CODEOWNERS. The line does not count.",
                ".github/CODEOWNERS:4:1: warning codeowners.syntax: .github/CODEOWNERS:4: 'nobody' is no owner: write @name, @organisation/team or an e-mail address. The line does not count.",
                ".github/CODEOWNERS:5:1: warning codeowners.nobody: The line names no owner: anybody may change what it matches. (add an owner, unless that is meant)",
            ],
            ended.Output.Split('\n').Where(line => line.StartsWith(".github/CODEOWNERS:", StringComparison.Ordinal) && !line.Contains("codeowners.unowned", StringComparison.Ordinal)));
        Assert.Contains("codeowners.unowned", ended.Output, StringComparison.Ordinal);
        Assert.Empty(await PaoCommand.JudgeSarifAsync(sarif.Output));
        Assert.Equal((0, ""), (mended.ExitCode, mended.Output));
    }

    [Fact]
    public async Task A_codeowners_that_is_no_file_is_not_opened()
    {
        Write("compute/page.yaml", Right);
        Write("elsewhere", "! is a mistake\n");
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "CODEOWNERS"), Path.Combine(_folder.FullName, "elsewhere"));
        Directory.CreateDirectory(Path.Combine(_folder.FullName, ".github"));
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(_folder.FullName, ".github", "CODEOWNERS")]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), await RunAsync("catalog", "validate", ".") is var ended ? (ended.ExitCode, ended.Output) : default);
    }

    [Fact]
    public async Task What_the_operator_lets_templates_read_can_be_named()
    {
        Write("compute/page.yaml", Right);

        var any = await RunAsync("catalog", "validate", ".");
        var named = await RunAsync("catalog", "validate", ".", "--env", "OTHER", "--env", "PAGES_URL");
        var other = await RunAsync("catalog", "validate", ".", "--env", "OTHER");

        Assert.Equal(("", ""), (any.Output, named.Output));
        Assert.Contains("warning template.environment: The operator does not let templates read the environment variable PAGES_URL", other.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Colour_is_for_terminals_that_want_it()
    {
        string[] command = ["catalog", "validate", "tests/Catalog.Tests/Invalid"];

        var terminal = await PaoCommand.RunOnTerminalAsync(wantsColour: true, command);
        var plain = await PaoCommand.RunOnTerminalAsync(wantsColour: false, command);
        var piped = await PaoCommand.RunAsync(command);

        Assert.Equal((1, 1), (terminal.ExitCode, plain.ExitCode));
        Assert.Contains(": \u001b[1;31merror\u001b[0m ", terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[1;31m", plain.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', piped.Output);
    }

    [Fact]
    public async Task A_document_can_not_write_to_the_terminal_or_begin_a_line()
    {
        Write("compute/page.yaml", Right.Replace("contact: web@example.com", "contact: \"\\e[2J\\n::error file=x::y\"", StringComparison.Ordinal));

        var ended = await RunAsync("catalog", "validate", ".");

        var line = Assert.Single(ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("owner.contact", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line, char.IsControl);
    }

    [Fact]
    public async Task Starters_and_schemas_are_no_documents()
    {
        Write("compute/page.yaml", Right);
        Write("templates/item.yaml", "kind: Nothing\n");
        Write("schema/item.yaml", "kind: Nothing\n");

        Assert.Equal((0, ""), await RunAsync("catalog", "validate", ".") is var ended ? (ended.ExitCode, ended.Output) : default);
    }

    private Task<Ended> RunAsync(params string[] arguments) => PaoCommand.RunInAsync(_folder.FullName, arguments);

    private void Write(string path, string text)
    {
        var file = new FileInfo(Path.Combine(_folder.FullName, path));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
    }
}
