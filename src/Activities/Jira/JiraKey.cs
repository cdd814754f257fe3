using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Pao.Activities.Jira;

/// <summary>
/// How a ticket says for which action it was made: a label, by which JIRA's search finds it, and a property of the issue with
/// the whole idempotency key, which copies of a ticket do not get.
/// </summary>
internal sealed record JiraKey(string Value)
{
    public const string Property = "pao.action";

    public static JiraKey Of(ActionExecution execution) => new(execution.IdempotencyKey);

    public string Label { get; } = $"pao-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Value)))[..32]}";

    public JsonObject ToProperty(string correlationId) => new()
    {
        ["key"] = Property,
        ["value"] = new JsonObject { ["key"] = Value, ["correlation_id"] = correlationId },
    };
}
