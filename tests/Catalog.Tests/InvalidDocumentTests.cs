namespace Pao.Catalog.Tests;

public sealed class InvalidDocumentTests
{
    public static TheoryData<string> Names() => [.. InvalidDocuments.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_wrong_is_found_where_it_is_and_nothing_else(string name)
    {
        var expected = InvalidDocuments.Expected(name);

        var document = InvalidDocuments.Read(name);

        Assert.NotEmpty(expected);
        Assert.True(
            expected.Count == document.Findings.Count && expected.Zip(document.Findings).All(pair => pair.First.Fits(pair.Second)),
            $"{name} has:\n{string.Join('\n', document.Findings.Select(Written))}");
        Assert.All(document.Findings, finding => Assert.Equal($"starter/{name}.yaml", finding.File));
        Assert.Equal(expected.Any(finding => finding.Severity is Severity.Error), document.Item is null);
    }

    [Fact]
    public void There_are_many_of_them_and_some_have_five_mistakes()
    {
        Assert.InRange(InvalidDocuments.Names.Count, 60, int.MaxValue);
        Assert.InRange(InvalidDocuments.Names.Count(name => InvalidDocuments.Expected(name).Count == 5), 3, int.MaxValue);
    }

    private static string Written(Finding finding) =>
        $"{(finding.Severity is Severity.Error ? "error" : "warning")} {finding.Line}:{finding.Column} {finding.Rule} {finding.Pointer} | "
        + finding.Message + (finding.Suggestion is null ? "" : $" | {finding.Suggestion}");
}
