using Pao.Catalog.Yaml;

namespace Pao.Catalog.Authoring.Variables;

/// <summary>
/// Renders every template of a document with sample values, for its author to see. No secret is resolved, no environment is
/// read, nothing is called and nothing is kept.
/// </summary>
public sealed class VariableTest(DocumentCheck check, TimeProvider clock)
{
    /// <param name="utf8">YAML, or JSON, which is YAML too.</param>
    public VariableReport Test(ReadOnlyMemory<byte> utf8, VariableSamples samples, CatalogSnapshot catalog)
    {
        var findings = check.Check(new SentDocument(utf8), catalog, out var tree).Findings;
        return tree is YamlMapping root && TestedDocument.Read(root, catalog, clock) is { } document
            ? Test(document, findings, samples)
            : VariableReport.Of(findings);
    }

    /// <summary>Of an entry in force.</summary>
    /// <param name="text">The text that it was read from (<see cref="ServiceCatalog.TextOf"/>); without it, places are pointers only.</param>
    public VariableReport Test(CatalogEntry entry, ReadOnlyMemory<byte>? text, VariableSamples samples)
    {
        var tree = text is { } utf8 ? YamlReader.Read(utf8.Span, new FindingList(entry.File)) : null;
        return Test(TestedDocument.Of(entry, tree), [], samples);
    }

    private VariableReport Test(TestedDocument document, IReadOnlyList<Finding> findings, VariableSamples samples)
    {
        var now = clock.GetUtcNow();
        var form = SampleForm.Of(document.Form, samples.Fields, DateOnly.FromDateTime(now.UtcDateTime));
        var mistakes = findings.Where(finding => finding.Severity is Severity.Error).ToLookup(finding => finding.Pointer, StringComparer.Ordinal);
        var scopes = new SampleScopes(document, form, samples, now);
        var budget = new TestBudget();
        return new VariableReport(
            findings, form.Fields, form.Errors,
            [.. document.Parts.SelectMany(part =>
                new PartTest(part, scopes, mistakes, budget, now).Run())]);
    }
}
