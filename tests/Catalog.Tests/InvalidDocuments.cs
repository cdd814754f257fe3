using System.Globalization;
using System.Text.RegularExpressions;
using Pao.Catalog.Documents;

namespace Pao.Catalog.Tests;

/// <summary>
/// The folder Invalid: documents with mistakes, each with what must be found beside it (<c>x.yaml</c>, <c>x.expected</c>).
/// A line is <c>error 12:7 rule /pointer | part of the message | the suggestion</c>; the last part may be missing.
/// </summary>
internal static partial class InvalidDocuments
{
    public static string Folder { get; } = Path.Combine(TestCatalog.SampleFolder, "..", "tests", "Catalog.Tests", "Invalid");

    /// <summary>Paths below the folder, without extension.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Folder, "items"), "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal),
    ];

    public static string PathOf(string name) => Path.Combine(Folder, "items", name + ".yaml");

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    public static CatalogDocument Read(string name) => TestCatalog.Read(Bytes(name), $"starter/{name}.yaml");

    public static IReadOnlyList<ExpectedFinding> Expected(string name) =>
        [.. File.ReadAllLines(Path.Combine(Folder, "items", name + ".expected")).Where(line => line.Length > 0).Select(Parse)];

    private static ExpectedFinding Parse(string line)
    {
        var match = Line().Match(line);
        Assert.True(match.Success, $"'{line}' is no expected finding.");
        return new ExpectedFinding(
            match.Groups["severity"].Value is "error" ? Severity.Error : Severity.Warning,
            int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture),
            int.Parse(match.Groups["column"].Value, CultureInfo.InvariantCulture),
            match.Groups["rule"].Value,
            match.Groups["pointer"].Value,
            match.Groups["message"].Value,
            match.Groups["suggestion"].Success ? match.Groups["suggestion"].Value : null);
    }

    [GeneratedRegex(
        @"^(?<severity>error|warning) (?<line>[0-9]+):(?<column>[0-9]+) (?<rule>\S+) (?<pointer>.*?) \| (?<message>.+?)( \| (?<suggestion>.+))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 250)]
    private static partial Regex Line();
}

/// <summary>One line of it; the message is a part of what is said.</summary>
internal sealed record ExpectedFinding(
    Severity Severity, int Line, int Column, string Rule, string Pointer, string Message, string? Suggestion)
{
    public bool Fits(Finding finding) =>
        (finding.Severity, finding.Line, finding.Column, finding.Rule, finding.Pointer) == (Severity, Line, Column, Rule, Pointer)
        && finding.Message.Contains(Message, StringComparison.Ordinal)
        && (Suggestion is null || finding.Suggestion == Suggestion);
}
