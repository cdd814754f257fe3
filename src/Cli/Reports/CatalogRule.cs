using System.Text.RegularExpressions;

namespace Pao.Cli.Reports;

/// <summary>A rule of the catalog as docs/catalog-rules.md explains it, of which the program carries a copy.</summary>
internal sealed partial record CatalogRule(string Id, string Level, string Wrong, string Remedy)
{
    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<CatalogRule> All { get; } = [.. Page().Select(line => Row().Match(line)).Where(row => row.Success).Select(row => new CatalogRule(
        row.Groups["id"].Value, row.Groups["level"].Value, Text(row.Groups["wrong"].Value), Text(row.Groups["remedy"].Value)))];

    private static string[] Page()
    {
        using var page = typeof(CatalogRule).Assembly.GetManifestResourceStream("catalog-rules.md")
            ?? throw new InvalidOperationException("The program was built without its rules.");
        using var reader = new StreamReader(page);
        return reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n');
    }

    private static string Text(string cell) => cell.Trim().Replace("`", "", StringComparison.Ordinal);

    [GeneratedRegex(
        @"^\| `(?<id>[a-z.-]+)` \| (?<level>error|warning) \| (yes|no) \| (?<wrong>[^|]+) \| (?<remedy>[^|]+) \|$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Row();
}
