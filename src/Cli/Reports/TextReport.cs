using Pao.Catalog;

namespace Pao.Cli.Reports;

/// <summary>A line for each finding, as compilers write them and editors find them: <c>file:line:column: error rule: message</c>.</summary>
internal sealed class TextReport(Colours colours)
{
    public void Write(Report report, TextWriter output)
    {
        foreach (var finding in report.Findings)
            output.WriteLine(Line(finding));
    }

    private string Line(Finding finding)
    {
        var (colour, word) = finding.Severity is Severity.Error ? (colours.Error, "error") : (colours.Warning, "warning");
        var place = finding.Line > 0 ? $"{finding.File}:{finding.Line}:{finding.Column}" : finding.File ?? "";
        var suggestion = finding.Suggestion is { } text ? $" {colours.Quiet}({PlainText.Of(text)}){colours.End}" : "";
        return $"{PlainText.Of(place)}: {colour}{word}{colours.End} {finding.Rule}: {PlainText.Of(finding.Message)}{suggestion}";
    }
}
