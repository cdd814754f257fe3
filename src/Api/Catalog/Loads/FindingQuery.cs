using Pao.Api.Requests;
using Pao.Catalog;

namespace Pao.Api.Catalog.Loads;

/// <summary>Which findings a caller asks for.</summary>
/// <param name="File">Null means all, also those about no file.</param>
internal sealed record FindingQuery(string? File, Severity? Severity, int Limit)
{
    public const int MaxLimit = 1000;

    public static readonly IReadOnlyList<string> Words = ["error", "warning"];

    public static FindingQuery Read(ParameterReader parameters) => new(
        parameters.Text("file"), parameters.Word("severity", Parse, Words), parameters.Limit(MaxLimit, MaxLimit));

    /// <summary>Those about no file first, then in order of files and places.</summary>
    public List<Finding> Find(CatalogSnapshot snapshot) => [.. snapshot.Findings
        .Where(finding => (Severity is null || finding.Severity == Severity) && IsWanted(finding.File))
        .OrderBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line).ThenBy(finding => finding.Column)];

    private static Severity? Parse(string text) => text switch
    {
        "error" => Pao.Catalog.Severity.Error,
        "warning" => Pao.Catalog.Severity.Warning,
        _ => null,
    };

    private bool IsWanted(string? file) =>
        File is null || file == File || (File.EndsWith('/') && file?.StartsWith(File, StringComparison.Ordinal) is true);
}
