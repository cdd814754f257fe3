using System.Text.Json.Nodes;

namespace Pao.Activities.Jira.Markup;

/// <summary>Tables: lines that begin with a bar. Two bars before a cell make it a header.</summary>
internal static class WikiTable
{
    public static bool IsRow(string line) => line.TrimStart() is ['|', _, ..];

    /// <summary>The table that begins on a line; its last line is passed on.</summary>
    public static JsonObject Read(string[] lines, ref int at)
    {
        var rows = new List<JsonObject> { Row(lines[at]) };
        while (at + 1 < lines.Length && IsRow(lines[at + 1]))
            rows.Add(Row(lines[++at]));
        return Adf.Node("table", rows);
    }

    private static JsonObject Row(string line)
    {
        var cells = new List<JsonObject>();
        var text = line.Trim();
        var at = 0;
        while (at < text.Length)
        {
            var isHeader = at + 1 < text.Length && text[at + 1] is '|';
            var start = at + (isHeader ? 2 : 1);
            at = End(text, start);
            var cell = text[start..at].Trim();
            if (cell.Length > 0 || at < text.Length)
                cells.Add(Adf.Node(isHeader ? "tableHeader" : "tableCell", [Adf.Paragraph(WikiInline.Read(cell))]));
        }

        return Adf.Node("tableRow", cells.Count > 0 ? cells : [Adf.Node("tableCell", [Adf.Paragraph([])])]);
    }

    /// <summary>The next bar that parts cells: one in a link, or behind a backslash, does not.</summary>
    private static int End(string text, int from)
    {
        var inLink = false;
        for (var at = from; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\\':
                    at++;
                    break;
                case '[':
                    inLink = text.IndexOf(']', at) > 0;
                    break;
                case ']':
                    inLink = false;
                    break;
                case '|' when !inLink:
                    return at;
                default:
                    break;
            }
        }

        return text.Length;
    }
}
