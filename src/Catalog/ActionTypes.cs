namespace Pao.Catalog;

/// <summary>The types of actions that documents may name.</summary>
public static class ActionTypes
{
    public const string JiraTicket = "jira-ticket";
    public const string RestApi = "rest-api";
    public const string Terraform = "terraform";
    public const string GitHubWorkflow = "github-workflow";
    public const string Webhook = "webhook";

    /// <summary>An activity of a worker that does not belong to this service.</summary>
    public const string Custom = "custom";

    public static IReadOnlyList<string> All { get; } = [JiraTicket, RestApi, Terraform, GitHubWorkflow, Webhook, Custom];
}
