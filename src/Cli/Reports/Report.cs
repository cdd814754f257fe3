using Pao.Catalog;
using Pao.Catalog.Authoring;

namespace Pao.Cli.Reports;

/// <summary>What a check found, with paths as the person at the command line would write them.</summary>
internal sealed record Report(int Documents, int Items, int Bundles, IReadOnlyList<Finding> Findings)
{
    public static Report Of(CheckedFolder folder, ShownPaths paths) => new(
        folder.Documents,
        folder.Snapshot.Items.Count,
        folder.Snapshot.Bundles.Count,
        [.. folder.Snapshot.Findings
            .OrderBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line).ThenBy(finding => finding.Column)
            .Select(finding => finding with { File = paths.Of(finding.File) })]);

    public IEnumerable<Finding> Errors => Findings.Where(finding => finding.Severity is Severity.Error);

    public IEnumerable<Finding> Warnings => Findings.Where(finding => finding.Severity is Severity.Warning);

    public string Summary =>
        $"{Count(Documents, "document")}: {Count(Errors.Count(), "error")}, {Count(Warnings.Count(), "warning")}.";

    private static string Count(int number, string what) => number switch
    {
        0 => $"no {what}s",
        1 => $"1 {what}",
        _ => $"{number} {what}s",
    };
}
