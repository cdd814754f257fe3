using System.Text.Json.Nodes;

namespace Pao.Sandbox.Jira;

/// <summary>Checks what a ticket is to be made of, as JIRA does: every mistake is told, by field.</summary>
internal sealed class JiraCreation(JsonObject fields, bool isCloud, Func<string, bool> issueExists)
{
    private const int LongestSummary = 255;

    private readonly JiraErrors _errors = new();

    public JiraProject? Project { get; private set; }

    public JsonObject? Mistakes()
    {
        Project = JiraProject.Find((string?)fields["project"]?["key"] ?? (string?)fields["project"]?["id"]);
        if (Project is null)
            _errors.Add("project", "valid project is required");

        CheckIssueType();
        CheckSummary();
        foreach (var (name, value) in fields)
            CheckField(name, value);
        foreach (var name in (Project?.Required ?? []).Where(name => fields[name] is null))
            _errors.Add(name, $"{JiraField.Find(name)?.Name} is required.");
        return _errors.Any ? _errors.ToJson() : null;
    }

    private void CheckIssueType()
    {
        var name = (string?)fields["issuetype"]?["name"];
        if (Project is not null && (name is null || !Project.IssueTypes.Contains(name)))
            _errors.Add("issuetype", name is null ? "issue type is required" : "Specify a valid issue type");
    }

    private void CheckSummary()
    {
        if (fields["summary"] is not JsonValue value || !value.TryGetValue<string>(out var summary) || summary.Trim().Length == 0)
            _errors.Add("summary", "You must specify a summary of the issue.");
        else if (summary.Length > LongestSummary)
            _errors.Add("summary", "Summary must be less than 255 characters.");
        else if (summary.AsSpan().IndexOfAny('\n', '\r') >= 0)
            _errors.Add("summary", "The summary is invalid because it contains newline characters.");
    }

    private void CheckField(string name, JsonNode? value)
    {
        if (JiraField.Find(name) is not { } field || Project?.OffScreen.Contains(name) is true || (name is "parent" && !isCloud))
        {
            _errors.Add(name, $"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown.");
            return;
        }

        var problem = (name, field.Kind) switch
        {
            ("description", _) or (_, "textarea") => RichText(value),
            ("priority", _) => JiraProject.Priorities.Contains((string?)(value as JsonObject)?["name"]) ? null : "The priority selected is invalid.",
            ("labels", _) => Labels(value),
            ("components", _) => Components(value),
            ("parent", _) => issueExists((string?)(value as JsonObject)?["key"] ?? "") ? null : "Could not find issue by id or key.",
            (_, "gh-epic-link") => value is JsonValue && issueExists(value.ToString()) ? null : "Issue does not exist for this epic link.",
            (_, "textfield" or "datepicker") => value is JsonValue text && text.TryGetValue<string>(out _) ? null : "Operation value must be a string",
            (_, "float") => value is JsonValue number && number.TryGetValue<decimal>(out _) ? null : "Operation value must be a number",
            (_, "select") => Option(field, value),
            (_, "multiselect") => value is JsonArray many ? many.Select(one => Option(field, one)).FirstOrDefault(one => one is not null) : "data was not an array",
            _ => null,
        };
        if (problem is not null)
            _errors.Add(name, problem);
    }

    private string? RichText(JsonNode? value) => isCloud
        ? AdfCheck.IsDocument(value) ? null : "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
        : value is JsonValue text && text.TryGetValue<string>(out _) ? null : "Operation value must be a string";

    private static string? Labels(JsonNode? value) => value is not JsonArray labels
        ? "data was not an array"
        : labels.Any(label => ((string?)label)?.Any(char.IsWhiteSpace) is not false) ? "The label contains spaces which is invalid." : null;

    private string? Components(JsonNode? value)
    {
        if (value is not JsonArray components)
            return "data was not an array";

        var unknown = components.Select(component => (string?)component?["name"]).FirstOrDefault(name => Project?.Components.Contains(name) is not true);
        return unknown is null ? null : $"Component name '{unknown}' is not valid";
    }

    private static string? Option(JiraField field, JsonNode? value) =>
        value is JsonObject option && field.Options?.Contains((string?)option["value"]) is true
            ? null
            : $"Option value '{(value as JsonObject)?["value"] ?? value}' is not valid";
}
