using Pao.Catalog.Yaml;

namespace Pao.Catalog;

/// <summary>Gathers what is wrong with one document.</summary>
internal sealed class FindingList(string file)
{
    /// <summary>A document with more mistakes than this is answered with the first ones: what follows is not looked at.</summary>
    private const int Limit = 100;

    /// <summary>A message may quote a value of the document, and a hundred of them may quote the same one of a megabyte.</summary>
    private const int MaxMessage = 1000;

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
        var finding = new Finding(
            severity, rule, Cut(message), file, place.Line, place.Column, place.Pointer.ToString(), suggestion is null ? null : Cut(suggestion));
        if (!_findings.Contains(finding) && (_findings.Count < Limit || severity is Severity.Error))
        {
            _findings.Add(finding);
        }

        // Warnings do not end the reading: a document is in force unless it has an error, and its last line may have one.
        if (_findings.Count >= Limit && HasErrors)
        {
            throw new FindingsFullException();
        }
    }

    private static string Cut(string text)
    {
        if (text.Length <= MaxMessage)
        {
            return text;
        }

        return text[..(char.IsHighSurrogate(text[MaxMessage - 1]) ? MaxMessage - 1 : MaxMessage)] + "…";
    }
}

/// <summary>A document has more mistakes than anybody wants to be told at once.</summary>
internal sealed class FindingsFullException() : Exception("There are enough findings.");
