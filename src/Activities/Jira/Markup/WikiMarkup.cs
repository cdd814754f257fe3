using System.Text.Json.Nodes;

namespace Pao.Activities.Jira.Markup;

/// <summary>
/// Reads JIRA's wiki markup, which the texts of catalogs are in, for version 3 of JIRA's API, which wants Atlassian's
/// document format. What an author's markup can say becomes nodes: paragraphs, headings, lists, tables, quotations, panels,
/// rules, code, links, mentions, and text that is bold, italic, struck out, underlined, raised or lowered. Everything else is text.
/// </summary>
/// <remarks>
/// What a user typed was written by <c>Pao.Catalog.Templates.Jira.JiraText</c>, so that no markup comes of it: a backslash
/// or a numeric entity stands for each character that could be some. Here both are text, never the beginning of anything.
/// Time is linear in the text's length but for a small factor, and nesting is bounded: no text can be too much for it.
/// </remarks>
internal static class WikiMarkup
{
    public static JsonObject ToDocument(string markup) =>
        Adf.Document(new WikiBlocks(WikiTokens.Of(markup.ReplaceLineEndings("\n"))).Read());

    /// <summary>A text without any markup: its paragraphs and lines.</summary>
    public static JsonObject PlainDocument(string text) => Adf.Document(
        from paragraph in text.ReplaceLineEndings("\n").Split("\n\n")
        where paragraph.Trim().Length > 0
        select Adf.Paragraph(Lines(paragraph.Trim('\n'))));

    private static IEnumerable<JsonObject> Lines(string paragraph)
    {
        var isFirst = true;
        foreach (var line in paragraph.Split('\n'))
        {
            if (!isFirst)
                yield return Adf.HardBreak();
            isFirst = false;
            if (line.Length > 0)
                yield return Adf.Text(line, []);
        }
    }
}
