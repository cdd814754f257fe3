using System.Globalization;

namespace Pao.Catalog.Tests.Bundles;

/// <summary>
/// The documents of <c>Invalid/bundles</c>: each ends with one comment for each of its findings, in their order, and has no
/// other: <c># line:column severity rule pointer: message (suggestion)</c>.
/// </summary>
public sealed class InvalidBundleTests
{
    private static readonly string Folder =
        Path.Combine(TestCatalog.SampleFolder, "..", "tests", "Catalog.Tests", "Invalid", "bundles");

    public static TheoryData<string> Files { get; } = [.. Directory.GetFiles(Folder, "*.yaml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Everything_that_is_wrong_is_told_where_it_is(string file)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file));
        var snapshot = BundleDocuments.Snapshot(text);

        var expected = text.Split('\n').Where(line => line.StartsWith("# ", StringComparison.Ordinal)).Select(line => line[2..]);
        Assert.Equal(expected, snapshot.Findings.Where(finding => finding.File == BundleDocuments.File).Select(Written));
        Assert.Empty(snapshot.Bundles);
    }

    [Fact]
    public void There_are_enough_of_them() => Assert.True(Files.Count > 40);

    private static string Written(Finding finding) => string.Create(
        CultureInfo.InvariantCulture,
        $"{finding.Line}:{finding.Column} {finding.Severity.ToString().ToLowerInvariant()} {finding.Rule} {finding.Pointer}: {finding.Message}")
        + (finding.Suggestion is { } suggestion ? $" ({suggestion})" : "");
}
