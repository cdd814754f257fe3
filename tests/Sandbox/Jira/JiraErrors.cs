using System.Text.Json.Nodes;

namespace Pao.Sandbox.Jira;

/// <summary>JIRA's way to say no: messages, and messages by field.</summary>
internal sealed class JiraErrors
{
    private readonly Dictionary<string, string> _fields = [];

    public bool Any => _fields.Count > 0;

    public void Add(string field, string message) => _fields.TryAdd(field, message);

    public JsonObject ToJson() => new()
    {
        ["errorMessages"] = new JsonArray(),
        ["errors"] = new JsonObject(_fields.Select(error => KeyValuePair.Create(error.Key, (JsonNode?)error.Value))),
    };

    public static JsonObject Message(string message) =>
        new() { ["errorMessages"] = new JsonArray(message), ["errors"] = new JsonObject() };
}
