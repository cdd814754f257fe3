using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Activities.Jira;

internal static class JsonText
{
    /// <summary>A JSON string; null when it is something else, or not there.</summary>
    public static string? AsText(this JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : null;
}
