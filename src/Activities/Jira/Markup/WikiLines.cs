using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pao.Activities.Jira.Markup;

/// <summary>Reads text line by line: headings, rules, lists, tables, quotations of one line, and paragraphs of the rest.</summary>
internal static partial class WikiLines
{
    public static List<JsonObject> Read(string text)
    {
        var blocks = new List<JsonObject>();
        var paragraph = new List<string>();
        var lines = text.Split('\n');
        for (var at = 0; at < lines.Length; at++)
        {
            var line = lines[at];
            var block = string.IsNullOrWhiteSpace(line) ? null : ReadBlock(lines, ref at);
            if (block is null && !string.IsNullOrWhiteSpace(line))
            {
                paragraph.Add(line);
                continue;
            }

            End(paragraph, blocks);
            if (block is not null)
                blocks.Add(block);
        }

        End(paragraph, blocks);
        return blocks;
    }

    /// <summary>Whether a line begins something, and so is no more of the paragraph or item before it.</summary>
    public static bool BeginsBlock(string line) =>
        HeadingPattern().IsMatch(line) || RulePattern().IsMatch(line) || WikiList.IsItem(line) || WikiTable.IsRow(line);

    /// <summary>The block that begins on a line; null when none does. Lines of it are passed.</summary>
    private static JsonObject? ReadBlock(string[] lines, ref int at)
    {
        var line = lines[at];
        if (HeadingPattern().Match(line) is { Success: true } heading)
        {
            var inline = WikiInline.Read(heading.Groups["text"].Value.Trim());
            return heading.Groups["level"].Value is ['h', var level]
                ? Adf.Heading(level - '0', inline)
                : Adf.Node("blockquote", [Adf.Paragraph(inline)]);
        }

        if (RulePattern().IsMatch(line))
            return Adf.Rule();
        if (WikiList.IsItem(line))
            return WikiList.Read(lines, ref at);
        return WikiTable.IsRow(line) ? WikiTable.Read(lines, ref at) : null;
    }

    private static void End(List<string> paragraph, List<JsonObject> blocks)
    {
        var inline = WikiInline.Read(string.Join('\n', paragraph).Trim());
        if (inline.Count > 0)
            blocks.Add(Adf.Paragraph(inline));
        paragraph.Clear();
    }

    [GeneratedRegex(@"^[ \t]*(?<level>h[1-6]|bq)\.(?:[ \t]+(?<text>.*))?$", RegexOptions.NonBacktracking)]
    private static partial Regex HeadingPattern();

    [GeneratedRegex(@"^[ \t]*-{4,5}[ \t]*$", RegexOptions.NonBacktracking)]
    private static partial Regex RulePattern();
}
