using System.Text.RegularExpressions;

namespace Pao.Catalog.Tests.Schemas;

public sealed partial class RuleTests
{
    /// <summary>What no file of the folder Invalid can show, and where it is shown instead.</summary>
    private static readonly Dictionary<string, string> ElsewhereShown = new(StringComparer.Ordinal)
    {
        ["yaml.size"] = nameof(YamlTests),
        ["json.syntax"] = nameof(JsonTreeTests),
        ["template.count"] = nameof(HostileDocumentTests),
        ["field.count"] = nameof(HostileDocumentTests),
        ["kind.unsupported"] = nameof(DocumentTests),
        ["field.unsupported"] = nameof(DocumentTests),
        ["secret.refused"] = nameof(SecretTests),
        ["file.bundle"] = nameof(Bundles.InvalidBundleTests),
        ["id.bundle"] = nameof(Bundles.InvalidBundleTests),
    };

    [Fact]
    public void Every_rule_of_the_code_is_explained_in_the_docs()
    {
        var raised = RulesOf("**");

        Assert.InRange(raised.Count, 50, int.MaxValue);
        Assert.Empty(raised.Except(RuleTable.Rules.Keys));
    }

    [Fact]
    public void Every_rule_about_an_item_is_shown_by_an_invalid_document()
    {
        var raised = RulesOf("Documents").Union(RulesOf("Forms")).Union(RulesOf("Yaml")).Union(RulesOf("Templates"))
            .Where(rule => !rule.StartsWith("bundle.", StringComparison.Ordinal) && !rule.StartsWith("component.", StringComparison.Ordinal));
        var shown = InvalidDocuments.Names.SelectMany(InvalidDocuments.Expected).Select(finding => finding.Rule).ToHashSet();

        Assert.Empty(raised.Except(shown).Except(ElsewhereShown.Keys).Order());
    }

    private static HashSet<string> RulesOf(string folder)
    {
        var source = Path.Combine(TestCatalog.SampleFolder, "..", "src", "Catalog", folder is "**" ? "" : folder);
        return Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Raised().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["rule"].Value)
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The first text of a call that reports, wherever the line is broken.</summary>
    [GeneratedRegex(
        @"(\.Error|\.Warning|YamlBoundException|YamlBoundException TooMany\([^)]*\) =>\s*new|Complain|Unavailable|Severity\.(Error|Warning)),?\s*\(?\s*""(?<rule>[a-z]+\.[a-z-]+)""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Raised();
}
