using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pao.Catalog;

namespace Pao.Cli.Reports;

/// <summary>The findings as the service's own answers have them.</summary>
internal static class JsonReport
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // it goes into no page
        WriteIndented = true,
    };

    public static void Write(Report report, TextWriter output) => output.WriteLine(JsonSerializer.Serialize(
        new
        {
            Valid = !report.Errors.Any(),
            report.Documents,
            report.Items,
            report.Bundles,
            Errors = report.Errors.Select(Body),
            Warnings = report.Warnings.Select(Body),
        },
        Options));

    private static object Body(Finding finding) => new
    {
        finding.Rule,
        finding.Message,
        finding.File,
        finding.Line,
        finding.Column,
        finding.Pointer,
        finding.Suggestion,
    };
}
