using System.Text;
using System.Text.Json.Nodes;

namespace Pao.Activities.Jira.Markup;

/// <summary>What a reader sees of an Atlassian document, without its looks.</summary>
internal static class AdfText
{
    private static readonly HashSet<string> Blocks = ["paragraph", "heading", "codeBlock", "rule", "tableRow"];

    public static bool IsDocument(JsonObject node) => Adf.TypeOf(node) is "doc" && node["content"] is JsonArray;

    public static string Of(JsonObject document)
    {
        var text = new StringBuilder();
        Write(document, text);
        return text.ToString().TrimEnd('\n');
    }

    private static void Write(JsonObject node, StringBuilder text)
    {
        switch (Adf.TypeOf(node))
        {
            case "text":
                text.Append(node["text"]);
                return;
            case "hardBreak":
                text.Append('\n');
                return;
            case "mention" or "emoji" or "status":
                text.Append((node["attrs"] as JsonObject)?["text"]);
                return;
            case "inlineCard":
                text.Append((node["attrs"] as JsonObject)?["url"]);
                return;
            default:
                break;
        }

        foreach (var child in (node["content"] as JsonArray ?? []).OfType<JsonObject>())
            Write(child, text);
        if (Blocks.Contains(Adf.TypeOf(node)))
            text.Append('\n');
    }
}
