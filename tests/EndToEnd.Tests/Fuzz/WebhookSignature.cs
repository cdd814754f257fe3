using System.Security.Cryptography;
using System.Text;

namespace Pao.EndToEnd.Tests.Fuzz;

/// <summary>What a webhook shows, so that what is in it gets past the first check.</summary>
internal static class WebhookSignature
{
    public const string GitLabToken = "fuzz-gitlab-token";

    public static IEnumerable<(string Name, string Value)> Of(string path, byte[] body) => path.Split('/')[^1] switch
    {
        "github" =>
        [
            ("X-Hub-Signature-256", $"sha256={Sha256("sandbox-github-webhook", body)}"), ("X-GitHub-Delivery", Guid.NewGuid().ToString()),
            ("X-GitHub-Event", Pick(body, "push", "ping", "workflow_run", "pull_request", "nonsense")),
        ],
        "jira" => [("X-Hub-Signature", $"sha256={Sha256("sandbox-jira-webhook", body)}"), ("X-Atlassian-Webhook-Identifier", Guid.NewGuid().ToString())],
        "terraform" => [("X-TFE-Notification-Signature", Convert.ToHexStringLower(HMACSHA512.HashData(Encoding.UTF8.GetBytes("sandbox-terraform-webhook"), body)))],
        "gitlab" => [("X-Gitlab-Token", GitLabToken), ("X-Gitlab-Event", Pick(body, "Push Hook", "System Hook", "nonsense"))],
        _ => [],
    };

    private static string Sha256(string secret, byte[] body) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    private static string Pick(byte[] body, params string[] choices) => choices[body.Sum(one => one) % choices.Length];
}
