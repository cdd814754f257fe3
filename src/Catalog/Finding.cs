using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Pao.Catalog;

/// <summary>Something wrong in the catalog, and where.</summary>
/// <param name="Rule">The rule that was broken, such as <c>schema.required</c>: stable, tools branch on it.</param>
/// <param name="Message">What is wrong, for the document's author.</param>
/// <param name="File">Path below the catalog's folder; null when it is about the folder itself.</param>
/// <param name="Line">From 1; 0 when it is about no place in a file.</param>
/// <param name="Column">From 1; 0 when it is about no place in a file.</param>
/// <param name="Pointer">JSON Pointer of the place; empty for the whole document.</param>
/// <param name="Suggestion">What would be right, where that is known.</param>
[SuppressMessage("Naming", "CA1720", Justification = "A JSON Pointer is called so.")]
public sealed record Finding(
    Severity Severity,
    string Rule,
    string Message,
    string? File,
    int Line,
    int Column,
    string Pointer,
    string? Suggestion)
{
    public override string ToString() =>
        $"{File}:{Line}:{Column}: {(Severity is Severity.Error ? "error" : "warning")} {Rule}: {Message}"
        + (Suggestion is null ? "" : $" ({Suggestion})");
}

[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
public enum Severity
{
    /// <summary>The document is in force; its author should look at it.</summary>
    Warning,

    /// <summary>The document is left out.</summary>
    Error,
}
