using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates;

/// <summary>The kinds of places that a string of a configuration ends up in.</summary>
internal enum Landing
{
    /// <summary>Taken as it is: no templates.</summary>
    Fixed,
    Text,
    Url,
    Header,

    /// <summary>A value of its own, which the executor encodes: the query's, a form's, an input of a workflow.</summary>
    Value,

    /// <summary>A JSON document written as text.</summary>
    Json,

    /// <summary>A form written as text.</summary>
    Form,

    /// <summary>Part of a structure, which the executor serialises: keeps its type.</summary>
    Typed,

    /// <summary>A Terraform file.</summary>
    Hcl,

    /// <summary>A ticket's text in JIRA's markup.</summary>
    JiraMarkup,

    /// <summary>A ticket's one line of plain text, at most 255 characters.</summary>
    JiraSummary,

    /// <summary>A JIRA label: no spaces.</summary>
    JiraLabel,

    /// <summary>One line of plain text, such as a priority.</summary>
    Line,

    /// <summary>A name that an executor may put into a path: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</summary>
    Word,

    /// <summary>A file's path below a folder; only the author's text holds slashes.</summary>
    Path,
}

internal static class Landings
{
    public static string BodyType(JsonObject config) =>
        Values.Text((config["body"] as JsonObject)?["type"]) ?? "json";

    /// <param name="path">The keys from <c>config</c> down to the string.</param>
    /// <param name="bodyType">The type of a REST call's body: json, form or text. A webhook's is always JSON.</param>
    public static Landing Of(string actionType, IReadOnlyList<string> path, string bodyType) => actionType switch
    {
        ActionTypes.RestApi => OfRestApi(path, bodyType),
        ActionTypes.Webhook => OfWebhook(path),
        ActionTypes.JiraTicket => OfJiraTicket(path),
        ActionTypes.Terraform => OfTerraform(path),
        ActionTypes.GitHubWorkflow => OfGitHubWorkflow(path),
        ActionTypes.Custom when path is ["input", ..] => Landing.Typed,
        _ => Landing.Fixed,
    };

    /// <summary>Whether a secret may stand there, if only as a reference. Elsewhere it would be written where people read.</summary>
    public static bool TakesSecrets(this Landing landing) =>
        landing is Landing.Text or Landing.Header or Landing.Value or Landing.Json or Landing.Typed;

    /// <summary>Whether what YAML made a number or a flag is written as text there.</summary>
    public static bool IsText(this Landing landing) =>
        landing is Landing.Header or Landing.Value or Landing.JiraLabel or Landing.Line or Landing.Word;

    private static Landing OfRestApi(IReadOnlyList<string> path, string bodyType) => path switch
    {
        ["endpoint" or "poll" or "probe", "url"] or ["authentication", "tokenUrl"] => Landing.Url,
        ["headers", ..] => Landing.Header,
        ["query", ..] => Landing.Value,
        ["authentication", "type" or "in"] => Landing.Fixed,
        ["authentication", ..] => Landing.Header,
        ["body", "contentTemplate", ..] => Body(path.Count == 2, bodyType),
        _ => Landing.Fixed,
    };

    private static Landing OfWebhook(IReadOnlyList<string> path) => path switch
    {
        ["endpoint", "url"] => Landing.Url,
        ["headers", ..] => Landing.Header,
        ["signing", "secret"] => Landing.Text,
        ["body", "template", ..] => Body(path.Count == 2, "json"),
        _ => Landing.Fixed,
    };

    private static Landing OfJiraTicket(IReadOnlyList<string> path) => path switch
    {
        ["instance"] or ["ticket", "project" or "epicKey"] => Landing.Word,
        ["ticket", "summaryTemplate"] => Landing.JiraSummary,
        ["ticket", "descriptionTemplate"] => Landing.JiraMarkup,
        ["ticket", "labels", ..] => Landing.JiraLabel,
        ["ticket", "issueType" or "priority"] or ["ticket", "components", ..] => Landing.Line,
        ["ticket", "customFields", ..] => Landing.Typed,
        _ => Landing.Fixed,
    };

    private static Landing OfTerraform(IReadOnlyList<string> path) => path switch
    {
        ["contentTemplate"] => Landing.Hcl,
        ["filename"] => Landing.Path,
        ["repositoryMapping"] => Landing.Word,
        ["variables", ..] => Landing.Typed,
        _ => Landing.Fixed,
    };

    private static Landing OfGitHubWorkflow(IReadOnlyList<string> path) => path switch
    {
        ["repository", "owner" or "name"] or ["workflow", "id"] => Landing.Word,
        ["ref"] => Landing.Line,
        ["inputs", ..] => Landing.Value,
        _ => Landing.Fixed,
    };

    private static Landing Body(bool isText, string bodyType) => (isText, bodyType) switch
    {
        (true, "json") => Landing.Json,
        (true, "form") => Landing.Form,
        (false, "json") => Landing.Typed,
        (false, "form") => Landing.Value,
        _ => Landing.Text,
    };
}
