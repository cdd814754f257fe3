using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Catalog.Documents;

/// <summary>Asks the operator's rules about every secret that a document names, as far as the document tells where it goes.</summary>
internal sealed class SecretRules(string item, string? team, Func<SecretUse, string?> whyRefused)
{
    /// <param name="action">The action.</param>
    /// <param name="path">Where in its configuration the secret stands.</param>
    /// <param name="secret">The secret's name.</param>
    /// <returns>Why it may not be there; null when it may.</returns>
    public string? Problem(ActionDefinition action, IReadOnlyList<string> path, string secret)
    {
        JsonNode? url = path is ["authentication", "clientSecret", ..]
            ? (action.Config["authentication"] as JsonObject)?["tokenUrl"]
            : (action.Config["endpoint"] as JsonObject)?["url"];
        return whyRefused(new SecretUse(secret, item, team, action.Type, Target(url)));
    }

    // What is before the path, if no template is in it.
    private static Uri? Target(JsonNode? url) =>
        url?.GetValueKind() is JsonValueKind.String
        && url.GetValue<string>().Split(['/', '?', '#'], 4) is [var scheme, "", var authority, ..]
        && !authority.Contains('{', StringComparison.Ordinal)
        && Uri.TryCreate($"{scheme}//{authority}", UriKind.Absolute, out var target)
            ? target
            : null;
}
