using System.Text.RegularExpressions;

namespace Pao.Catalog.Tests.Schemas;

/// <summary>The table of docs/catalog-rules.md: <c>| `rule` | error or warning | yes or no | … |</c>.</summary>
internal static partial class RuleTable
{
    /// <summary>Rule, and whether the published schemas hold documents to it.</summary>
    public static IReadOnlyDictionary<string, bool> Rules { get; } = File
        .ReadLines(Path.Combine(TestCatalog.SampleFolder, "..", "docs", "catalog-rules.md"))
        .Select(line => Row().Match(line))
        .Where(match => match.Success)
        .ToDictionary(match => match.Groups["rule"].Value, match => match.Groups["editor"].Value is "yes", StringComparer.Ordinal);

    [GeneratedRegex(
        @"^\| `(?<rule>[a-z.-]+)` \| (error|warning) \| (?<editor>yes|no) \| [^|]+ \| [^|]+ \|$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 250)]
    private static partial Regex Row();
}
