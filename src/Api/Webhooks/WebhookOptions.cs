namespace Pao.Api.Webhooks;

/// <summary>What others must know to tell this service of events; bound from <c>Pao:Webhooks</c>.</summary>
internal sealed class WebhookOptions
{
    public const string Section = "Pao:Webhooks";

    /// <summary>From <c>GITHUB_WEBHOOK_SECRET</c>: signs what GitHub sends. Unset: nothing is taken from GitHub.</summary>
    public string? GitHubSecret { get; set; }

    /// <summary>The secret token that GitLab sends. Unset: nothing is taken from GitLab.</summary>
    public string? GitLabToken { get; set; }
}
