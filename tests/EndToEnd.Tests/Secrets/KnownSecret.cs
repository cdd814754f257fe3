using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests.Secrets;

/// <summary>A secret of the test's run, and where it was put.</summary>
/// <param name="Where">For people.</param>
/// <param name="Value">Found nowhere but there.</param>
internal sealed record KnownSecret(string Where, string Value)
{
    /// <summary>Those that the sandbox holds callers to, and those that are the test's own. A new executor's tokens are a line here.</summary>
    public static IReadOnlyList<KnownSecret> All { get; } =
    [
        new("configuration", "Qc7 \"plain\\ +/ü"),
        new("environment", "Qe7 \"env\\ +/ü"),
        new("file", "Qf7 \"file\\ +/ü"),
        new("Vault", "Qv7 \"vault\\ +/ü"),
        new("Vault, the login", "sandbox-secret-id"),
        new("Vault, its tokens", "hvs."),
        new("a password field", "Qp7-\"field\\ +/ü-Longer1"),
        new("basic authentication", "Qb7-basic-authentication"),
        new("JIRA in the cloud", "sandbox-jira-token"),
        new("JIRA in the cloud, with the account", "bot@example.com:sandbox-jira-token"),
        new("JIRA's webhook", "Qj7-jira-webhook-secret"),
        new("GitHub", "sandbox-github-token"),
        new("Terraform Cloud", "sandbox-terraform-token"),
        new("GitHub's webhook", "Qg7-github-webhook-secret"),
        new("OAuth 2, the client", SandboxProcess.ClientSecret),
        new("OAuth 2, its tokens", "oat7."),
        new("a bearer token of documents", "Qt7-api-token-of-documents"),
        new("a password of documents", "Qs7-storage-password"),
        new("the signature of webhooks", "sandbox-webhook-secret"),
    ];

    public static KnownSecret Of(string where) => All.Single(one => one.Where == where);

    /// <summary>The forms in which it might be written down; in base64 also as a part of something longer.</summary>
    public IEnumerable<string> Forms()
    {
        var utf8 = Encoding.UTF8.GetBytes(Value);
        var escaped = Uri.EscapeDataString(Value);
        var json = JsonEncodedText.Encode(Value).Value;
        return new[]
            {
                Value, escaped, escaped.ToLowerInvariant(), escaped.Replace("%20", "+", StringComparison.Ordinal),
                json, json.ToLowerInvariant(), JsonEncodedText.Encode(Value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value,
                JsonEncodedText.Encode(json).Value, Convert.ToHexString(utf8), Convert.ToHexStringLower(utf8),
            }
            .Concat(Enumerable.Range(0, 3).SelectMany(before => Base64(utf8, before)))
            .Where(form => form.Length > 3)
            .Distinct(StringComparer.Ordinal);
    }

    /// <summary>What its bytes are in base64 when so many others come before them, without the characters that those have a part in.</summary>
    private static IEnumerable<string> Base64(byte[] utf8, int before)
    {
        var text = Convert.ToBase64String([.. new byte[before], .. utf8]).TrimEnd('=');
        var own = text[(before is 0 ? 0 : before + 1)..^((before + utf8.Length) % 3 is 0 ? 0 : 1)];
        return [own, own.Replace('+', '-').Replace('/', '_')];
    }
}
