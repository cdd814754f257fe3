using System.Text.Json.Nodes;

namespace Pao.Sandbox.Jira;

/// <summary>Whether a value is a document that version 3 of JIRA's API takes, as far as the structure of the usual nodes goes.</summary>
internal static class AdfCheck
{
    private static readonly string[] Blocks =
        ["paragraph", "heading", "bulletList", "orderedList", "codeBlock", "blockquote", "panel", "rule", "table", "expand"];

    private static readonly Dictionary<string, string[]> Children = new()
    {
        ["doc"] = Blocks,
        ["paragraph"] = ["text", "hardBreak", "mention", "emoji", "inlineCard", "date", "status"],
        ["heading"] = ["text", "hardBreak", "mention", "emoji", "inlineCard"],
        ["bulletList"] = ["listItem"],
        ["orderedList"] = ["listItem"],
        ["listItem"] = ["paragraph", "bulletList", "orderedList", "codeBlock"],
        ["codeBlock"] = ["text"],
        ["blockquote"] = ["paragraph", "bulletList", "orderedList", "codeBlock"],
        ["panel"] = ["paragraph", "heading", "bulletList", "orderedList", "codeBlock", "rule"],
        ["table"] = ["tableRow"],
        ["tableRow"] = ["tableCell", "tableHeader"],
        ["tableCell"] = ["paragraph", "heading", "bulletList", "orderedList", "codeBlock", "blockquote", "panel", "rule"],
        ["tableHeader"] = ["paragraph", "heading", "bulletList", "orderedList", "codeBlock", "blockquote", "panel", "rule"],
    };

    private static readonly string[] NeedsChildren =
        ["bulletList", "orderedList", "listItem", "blockquote", "panel", "table", "tableRow", "tableCell", "tableHeader"];

    public static bool IsDocument(JsonNode? node) =>
        node is JsonObject document && (string?)document["type"] is "doc" && document["version"] is JsonValue version
        && version.TryGetValue<int>(out var number) && number == 1 && document["content"] is JsonArray && IsNode(document);

    private static bool IsNode(JsonObject node)
    {
        var type = (string?)node["type"] ?? "";
        if (type is "text")
            return node["text"] is JsonValue text && text.TryGetValue<string>(out var written) && written.Length > 0;

        if (!Children.TryGetValue(type, out var allowed))
            return node["content"] is null;

        var content = node["content"] as JsonArray;
        return (content is { Count: > 0 } || !NeedsChildren.Contains(type))
            && (content ?? []).All(child => child is JsonObject one && allowed.Contains((string?)one["type"]) && IsNode(one));
    }
}
