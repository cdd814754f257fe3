using System.Text.Json.Nodes;

namespace Pao.Activities.Jira.Markup;

/// <summary>Puts tokens together to blocks: what stands in a panel or a quotation, and between them.</summary>
internal sealed class WikiBlocks(IReadOnlyList<WikiToken> tokens)
{
    // What Atlassian's schema lets stand there; the rest is put into paragraphs.
    private static readonly HashSet<string> InQuotation = ["paragraph", "bulletList", "orderedList", "codeBlock"];
    private static readonly HashSet<string> InPanel = [.. InQuotation, "heading", "rule"];

    private readonly HashSet<string> _unclosed = [];

    public IReadOnlyList<JsonObject> Read() => Read(0, tokens.Count);

    private List<JsonObject> Read(int from, int to)
    {
        var blocks = new List<JsonObject>();
        var text = "";
        for (var at = from; at < to; at++)
        {
            if (tokens[at] is WikiToken.Text written)
                text += written.Written;
            else if (tokens[at] is WikiToken.Code code)
            {
                blocks.AddRange(WikiLines.Read(text));
                blocks.Add(Adf.CodeBlock(code.Language, code.Body));
                text = "";
            }
            else if (tokens[at] is WikiToken.Tag tag && Close(tag.Name, at + 1, to) is { } close)
            {
                blocks.AddRange(WikiLines.Read(text));
                blocks.Add(Around(tag, Read(at + 1, close)));
                text = "";
                at = close;
            }
            else if (tokens[at] is WikiToken.Tag alone)
                text += alone.Written;
        }

        blocks.AddRange(WikiLines.Read(text));
        return blocks;
    }

    /// <summary>Where the tag is closed; null when it is not.</summary>
    private int? Close(string name, int from, int to)
    {
        if (_unclosed.Contains(name))
            return null;

        for (var at = from; at < to; at++)
            if (tokens[at] is WikiToken.Tag tag && tag.Name == name && tag.Title is null)
                return at;

        if (to == tokens.Count)
            _unclosed.Add(name);
        return null;
    }

    private static JsonObject Around(WikiToken.Tag tag, List<JsonObject> inner)
    {
        var allowed = tag.Name is "quote" ? InQuotation : InPanel;
        var content = inner.SelectMany(block => Fitting(block, allowed)).ToList();
        if (tag.Title is { Length: > 0 } title)
            content.Insert(0, Adf.Paragraph([Adf.Text(title, [Adf.Mark("strong")])]));
        if (content.Count is 0)
            content.Add(Adf.Paragraph([]));
        return tag.Name is "quote" ? Adf.Node("blockquote", content) : Adf.Panel(content);
    }

    /// <summary>A block, or in place of one that may not stand there, the paragraphs in it.</summary>
    private static IEnumerable<JsonObject> Fitting(JsonObject block, HashSet<string> allowed)
    {
        if (allowed.Contains(Adf.TypeOf(block)))
            return [(JsonObject)block.DeepClone()];

        var children = (block["content"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        return Adf.TypeOf(block) is "heading"
            ? [Adf.Paragraph(children.Select(child => (JsonObject)child.DeepClone()))]
            : children.SelectMany(child => Fitting(child, allowed));
    }
}
