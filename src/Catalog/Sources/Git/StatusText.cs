using System.Globalization;

namespace Pao.Catalog.Sources.Git;

/// <summary>What a commit's status says of a load: how it went, and where the first mistake is.</summary>
internal static class StatusText
{
    /// <summary>What hosts show of a description.</summary>
    private const int MaxLength = 140;

    /// <param name="prefix">The catalog's folder within the repository with a slash, or empty: people see paths from the root.</param>
    public static GitStatus Of(CatalogSnapshot snapshot, string prefix)
    {
        var inForce = $"{Count(snapshot.Items.Count, "item")}, {Count(snapshot.Bundles.Count, "bundle")}";
        var errors = snapshot.Findings.Where(finding => finding.Severity is Severity.Error).ToList();
        var warnings = snapshot.Findings.Count - errors.Count;
        if (errors.Count == 0)
        {
            return new GitStatus(true, $"{inForce}{(warnings > 0 ? $", {Count(warnings, "warning")}" : "")}.");
        }

        var first = errors.Find(error => error.File is not null) ?? errors[0];
        var place = first switch
        {
            { File: null } => "",
            { Line: 0 } => $"{prefix}{first.File}: ",
            _ => string.Create(CultureInfo.InvariantCulture, $"{prefix}{first.File}:{first.Line}:{first.Column}: "),
        };
        return new GitStatus(false, Shortened($"{Count(errors.Count, "error")} ({inForce} in force). {place}{first.Message}"));
    }

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    /// <summary>Hosts count characters as UTF-16 units; half of a pair would be none.</summary>
    private static string Shortened(string text)
    {
        if (text.Length <= MaxLength)
        {
            return text;
        }

        var length = MaxLength - 1;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)] + "…";
    }
}
