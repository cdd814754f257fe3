using System.Text.Json.Nodes;

namespace Pao.Activities.Jira.Markup;

/// <summary>The nodes of Atlassian's document format, each as version 1 of its schema wants it.</summary>
internal static class Adf
{
    public static JsonObject Document(IEnumerable<JsonObject> blocks) =>
        new() { ["type"] = "doc", ["version"] = 1, ["content"] = Array(blocks) };

    public static JsonObject Text(string text, IReadOnlyList<JsonObject> marks)
    {
        var node = new JsonObject { ["type"] = "text", ["text"] = text };
        if (marks.Count > 0)
            node["marks"] = Array(marks.Select(mark => (JsonObject)mark.DeepClone()));
        return node;
    }

    public static JsonObject HardBreak() => new() { ["type"] = "hardBreak" };

    public static JsonObject Mention(string accountId) =>
        new() { ["type"] = "mention", ["attrs"] = new JsonObject { ["id"] = accountId, ["text"] = $"@{accountId}" } };

    public static JsonObject Paragraph(IEnumerable<JsonObject> inline) => Node("paragraph", inline);

    public static JsonObject Heading(int level, IEnumerable<JsonObject> inline)
    {
        var heading = Node("heading", inline);
        heading["attrs"] = new JsonObject { ["level"] = level };
        return heading;
    }

    public static JsonObject CodeBlock(string? language, string text)
    {
        var block = Node("codeBlock", text.Length is 0 ? [] : [Text(text, [])]);
        if (language is not null)
            block["attrs"] = new JsonObject { ["language"] = language };
        return block;
    }

    public static JsonObject Panel(IEnumerable<JsonObject> blocks)
    {
        var panel = Node("panel", blocks);
        panel["attrs"] = new JsonObject { ["panelType"] = "info" };
        return panel;
    }

    public static JsonObject Rule() => new() { ["type"] = "rule" };

    public static JsonObject Mark(string type) => new() { ["type"] = type };

    public static JsonObject Link(string href) => new() { ["type"] = "link", ["attrs"] = new JsonObject { ["href"] = href } };

    public static JsonObject Node(string type, IEnumerable<JsonObject> content) =>
        new() { ["type"] = type, ["content"] = Array(content) };

    public static string TypeOf(JsonObject node) => (string?)node["type"] ?? "";

    private static JsonArray Array(IEnumerable<JsonObject> nodes) => new([.. nodes]);
}
