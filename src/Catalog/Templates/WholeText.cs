using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates;

/// <summary>Half of a surrogate pair has no UTF-8: it would turn into another character on its way, or stop an encoder.</summary>
internal static class WholeText
{
    /// <exception cref="TemplateException">The text holds such a half.</exception>
    public static string Of(string text, string where)
    {
        for (var at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); at >= 0 && at < text.Length; at++)
        {
            if (char.IsSurrogate(text[at]) && !(char.IsHighSurrogate(text[at]) && ++at < text.Length && char.IsLowSurrogate(text[at])))
            {
                throw new TemplateException($"'{where}' holds half a character (a surrogate without its other half).");
            }
        }

        return text;
    }

    /// <summary>As above, for every text and key below the node.</summary>
    public static JsonNode? Of(JsonNode? node, string where)
    {
        switch (node)
        {
            case JsonObject properties:
                foreach (var (key, value) in properties)
                {
                    Of(key, where);
                    Of(value, where);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Of(item, where);
                }

                break;
            default:
                _ = Values.Text(node) is { } text ? Of(text, where) : null;
                break;
        }

        return node;
    }
}
