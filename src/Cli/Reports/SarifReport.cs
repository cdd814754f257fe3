using System.Text.Json.Nodes;
using Pao.Catalog;

namespace Pao.Cli.Reports;

/// <summary>
/// SARIF 2.1.0, which code scanning services and editors show in the files themselves. Paths are relative to the folder that
/// the command runs in, which is a checkout's root there.
/// </summary>
internal static class SarifReport
{
    private const string SourceRoot = "%SRCROOT%";

    public static void Write(Report report, TextWriter output) => output.WriteLine(Of(report).ToJsonString(JsonReport.Options));

    private static JsonObject Of(Report report) => new()
    {
        ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
        ["version"] = "2.1.0",
        ["runs"] = new JsonArray(new JsonObject
        {
            ["tool"] = new JsonObject
            {
                ["driver"] = new JsonObject
                {
                    ["name"] = "PAO catalog",
                    ["semanticVersion"] = typeof(SarifReport).Assembly.GetName().Version?.ToString(3),
                    ["rules"] = new JsonArray([.. CatalogRule.All.Select(Rule)]),
                },
            },
            ["columnKind"] = "utf16CodeUnits",
            ["results"] = new JsonArray([.. report.Findings.Select(Result)]),
        }),
    };

    private static JsonNode Rule(CatalogRule rule) => new JsonObject
    {
        ["id"] = rule.Id,
        ["shortDescription"] = new JsonObject { ["text"] = rule.Wrong },
        ["fullDescription"] = new JsonObject { ["text"] = rule.Wrong },
        ["help"] = new JsonObject { ["text"] = $"{rule.Wrong} {rule.Remedy}", ["markdown"] = $"{rule.Wrong}\n\n**What to do:** {rule.Remedy}" },
        ["defaultConfiguration"] = new JsonObject { ["level"] = rule.Level },
        ["properties"] = new JsonObject { ["problem.severity"] = rule.Level },
    };

    private static JsonNode Result(Finding finding)
    {
        var result = new JsonObject
        {
            ["ruleId"] = finding.Rule,
            ["level"] = finding.Severity is Severity.Error ? "error" : "warning",
            ["message"] = new JsonObject { ["text"] = finding.Message + (finding.Suggestion is { } hint ? $" ({hint})" : "") },
            ["locations"] = new JsonArray(Location(finding)),
        };
        var index = CatalogRule.All.Select(rule => rule.Id).ToList().IndexOf(finding.Rule);
        if (index >= 0)
            result["ruleIndex"] = index;
        return result;
    }

    private static JsonObject Location(Finding finding)
    {
        var location = new JsonObject
        {
            ["physicalLocation"] = new JsonObject
            {
                ["artifactLocation"] = Artifact(finding.File ?? "."),
                // What is about no place in its file is shown at its beginning.
                ["region"] = new JsonObject { ["startLine"] = Math.Max(1, finding.Line), ["startColumn"] = Math.Max(1, finding.Column) },
            },
        };
        if (finding.Pointer.Length > 0)
            location["logicalLocations"] = new JsonArray(new JsonObject { ["fullyQualifiedName"] = finding.Pointer });
        return location;
    }

    private static JsonObject Artifact(string path) => Path.IsPathFullyQualified(path)
        ? new() { ["uri"] = new Uri(path).AbsoluteUri }
        : new() { ["uri"] = string.Join('/', path.Split('/').Select(Uri.EscapeDataString)), ["uriBaseId"] = SourceRoot };
}
