using System.Text;
using System.Text.Json.Nodes;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Tests.Schemas;

/// <summary>An editor with the published schemas and the service agree, but for what no schema can say.</summary>
public sealed class SchemaAgreementTests
{
    private const int Mutations = 4_000;

    [Fact]
    public async Task Every_document_of_the_repository_fits_the_schemas()
    {
        var files = Documents();

        var verdicts = await SchemaJudge.JudgeAsync(files.Select(file => Tree(File.ReadAllBytes(file))), TestContext.Current.CancellationToken);

        Assert.InRange(files.Count, 7, int.MaxValue);
        Assert.All(files.Zip(verdicts), pair => Assert.True(pair.Second.Length == 0, $"{pair.First}: {string.Join("; ", pair.Second)}"));
    }

    [Fact]
    public async Task An_editor_refuses_the_invalid_documents_whose_rules_are_in_the_schemas()
    {
        var read = InvalidDocuments.Names
            .Select(name => (Name: name, Document: Tree(InvalidDocuments.Bytes(name)), InvalidDocuments.Read(name).Findings))
            .Where(one => one.Document is not null && CanBeCompared(one.Findings))
            .ToList();

        var verdicts = await SchemaJudge.JudgeAsync(read.Select(one => one.Document), TestContext.Current.CancellationToken);

        Assert.InRange(verdicts.Count(verdict => verdict.Length > 0), 40, read.Count);
        var disagreements = read.Zip(verdicts)
            .Where(pair => BreaksSchema(pair.First.Findings) != pair.Second.Length > 0)
            .Select(pair => Disagreement(pair.First.Name, pair.First.Findings, pair.Second));
        Assert.Empty(disagreements);
    }

    [Fact]
    public async Task An_editor_and_the_service_agree_on_documents_that_are_changed_at_random()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var documents = Documents().Concat(InvalidDocuments.Names.Where(IsWhole).Select(InvalidDocuments.PathOf)).Select(File.ReadAllLines).ToList();
        var mutants = Enumerable.Range(0, Mutations)
            .Select(_ => Mutation.Of(documents[random.Next(documents.Count)], random))
            .Select(yaml => (Yaml: yaml, Document: Tree(Encoding.UTF8.GetBytes(yaml)), Findings: Findings(yaml)))
            .Where(one => one.Document is not null && IsItem(one.Document) && CanBeCompared(one.Findings))
            .ToList();

        var verdicts = await SchemaJudge.JudgeAsync(mutants.Select(one => one.Document), TestContext.Current.CancellationToken);

        Assert.InRange(verdicts.Count(verdict => verdict.Length > 0), Mutations / 5, mutants.Count);
        Assert.InRange(verdicts.Count(verdict => verdict.Length == 0), Mutations / 50, mutants.Count);
        var disagreements = mutants.Zip(verdicts)
            .Where(pair => BreaksSchema(pair.First.Findings) != pair.Second.Length > 0)
            .Select(pair => $"seed {seed}: {Disagreement(pair.First.Yaml, pair.First.Findings, pair.Second)}")
            .ToList();
        Assert.True(disagreements.Count == 0, $"{disagreements.Count} disagreements, of which\n{string.Join("\n\n", disagreements.Take(5))}");
    }

    /// <summary>JSON can not hold what the first is about; the second stops the service from reading what is in the field.</summary>
    private static bool CanBeCompared(IEnumerable<Finding> findings) =>
        !findings.Any(finding => finding.Rule is "yaml.number" or "field.unsupported");

    private static bool IsWhole(string name) => !name.StartsWith("yaml-", StringComparison.Ordinal);

    private static bool IsItem(JsonNode document) => document is JsonObject root && Values.Text(root["kind"]) is "CatalogItem";

    private static IReadOnlyList<Finding> Findings(string yaml) => TestCatalog.Read(yaml, "starter/hello.yaml", "SANDBOX_URL").Findings;

    private static bool BreaksSchema(IEnumerable<Finding> findings) =>
        findings.Any(finding => finding.Severity is Severity.Error && RuleTable.Rules[finding.Rule]);

    private static string Disagreement(string what, IEnumerable<Finding> findings, IEnumerable<string> verdict) =>
        $"{what}\nthe service: {string.Join("; ", findings)}\nthe schemas: {string.Join("; ", verdict)}";

    private static IReadOnlyList<string> Documents() =>
    [
        // Starters are filled in first: they have a test of their own.
        .. Directory.EnumerateFiles(TestCatalog.SampleFolder, "*.yaml", SearchOption.AllDirectories)
            .Where(file => !file.StartsWith(Path.Combine(TestCatalog.SampleFolder, "templates"), StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
        Path.Combine(TestCatalog.SampleFolder, "..", "docs", "examples", "node-worker", "team-page.yaml"),
    ];

    private static JsonNode? Tree(byte[] utf8) => YamlReader.Read(utf8, new FindingList("x.yaml"))?.ToJson();
}
