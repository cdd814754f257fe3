using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pao.Activities.Jira.Markup;

/// <summary>Lists, nested as deep as their marks say, but never by more than one level at a time.</summary>
internal static partial class WikiList
{
    private const int Deepest = 6;

    public static bool IsItem(string line) => ItemPattern().IsMatch(line);

    /// <summary>The list that begins on a line; its last line is passed on.</summary>
    public static JsonObject Read(string[] lines, ref int at)
    {
        var open = new List<JsonObject>();
        while (true)
        {
            var item = ItemPattern().Match(lines[at]);
            var text = item.Groups["text"].Value;
            while (at + 1 < lines.Length && !string.IsNullOrWhiteSpace(lines[at + 1]) && !WikiLines.BeginsBlock(lines[at + 1]))
                text += "\n" + lines[++at];

            Add(open, item.Groups["marks"].Value, text.Trim());
            if (at + 1 >= lines.Length || !IsItem(lines[at + 1]) || StartsAnother(open, lines[at + 1]))
                return open[0];
            at++;
        }
    }

    /// <summary>An item of the first level with another mark begins a list of its own.</summary>
    private static bool StartsAnother(List<JsonObject> open, string line) =>
        ItemPattern().Match(line).Groups["marks"].Value is [var mark] && Adf.TypeOf(open[0]) != TypeOf(mark);

    private static void Add(List<JsonObject> open, string marks, string text)
    {
        var depth = Math.Min(Math.Min(marks.Length, Deepest), open.Count + 1);
        open.RemoveRange(Math.Min(depth, open.Count), Math.Max(0, open.Count - depth));
        // In the first level the mark fits, or the list would have ended.
        if (depth > 1 && open.Count == depth && Adf.TypeOf(open[^1]) != TypeOf(marks[^1]))
            open.RemoveAt(depth - 1);
        if (open.Count < depth)
        {
            var list = Adf.Node(TypeOf(marks[^1]), []);
            if (open.Count > 0)
                Content(Content(open[^1])[^1]).Add(list);
            open.Add(list);
        }

        Content(open[^1]).Add(Adf.Node("listItem", [Adf.Paragraph(WikiInline.Read(text))]));
    }

    private static string TypeOf(char mark) => mark is '#' ? "orderedList" : "bulletList";

    private static JsonArray Content(JsonNode? node) => (JsonArray)node!["content"]!;

    [GeneratedRegex(@"^[ \t]*(?<marks>-|[*#][*#-]*)[ \t]+(?<text>\S.*)$", RegexOptions.NonBacktracking)]
    private static partial Regex ItemPattern();
}
