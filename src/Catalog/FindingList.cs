using Pao.Catalog.Yaml;

namespace Pao.Catalog;

/// <summary>Gathers what is wrong with one document.</summary>
internal sealed class FindingList(string file)
{
    /// <summary>A document with more mistakes than this is answered with the first ones.</summary>
    private const int Limit = 100;

    private readonly List<Finding> _findings = [];

    public IReadOnlyList<Finding> All => _findings;

    public bool HasErrors => _findings.Exists(finding => finding.Severity is Severity.Error);

    public int Errors => _findings.Count(finding => finding.Severity is Severity.Error);

    /// <summary>What is wrong with a value already is not judged once more by what builds on it.</summary>
    public bool HasErrorAt(Place place)
    {
        var pointer = place.Pointer.ToString();
        return _findings.Exists(finding =>
            finding.Severity is Severity.Error && (finding.Line, finding.Column, finding.Pointer) == (place.Line, place.Column, pointer));
    }

    /// <summary>In the order of the document.</summary>
    public IReadOnlyList<Finding> Sorted() => [.. _findings.OrderBy(finding => finding.Line).ThenBy(finding => finding.Column)];

    public void Error(string rule, Place place, string message, string? suggestion = null) =>
        Add(Severity.Error, rule, place, message, suggestion);

    public void Warning(string rule, Place place, string message, string? suggestion = null) =>
        Add(Severity.Warning, rule, place, message, suggestion);

    private void Add(Severity severity, string rule, Place place, string message, string? suggestion)
    {
        // A key may be read more than once, to be there and then to be right: what is wrong with it is told once.
        var finding = new Finding(severity, rule, message, file, place.Line, place.Column, place.Pointer.ToString(), suggestion);
        if (!_findings.Contains(finding) && (_findings.Count < Limit || (severity is Severity.Error && !HasErrors)))
        {
            _findings.Add(finding);
        }
    }
}
