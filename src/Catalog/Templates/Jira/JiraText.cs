using System.Globalization;
using System.Text;

namespace Pao.Catalog.Templates.Jira;

/// <summary>
/// What a user typed, written so that JIRA's wiki markup shows it as it is: no macro, link, mention, image, table, list or
/// heading comes of it.
/// </summary>
/// <remarks>
/// JIRA knows a backslash before eighteen characters; for the others, and where a backslash would not do, its renderer takes
/// numeric entities such as <c>&amp;#92;</c>. Line breaks become <c>\\</c>, the break within a paragraph, so that a value
/// never begins a line, a table's row or an item of a list. Whoever makes an Atlassian document of it for version 3 of
/// JIRA's API undoes the same: <c>\x</c> and <c>&amp;#n;</c> are text, <c>\\</c> and the space behind it is a
/// <c>hardBreak</c>; what a user typed then is in text nodes only.
/// </remarks>
public static class JiraText
{
    /// <summary>Stands for an empty value or line at the edge, so that what an author wrote around it does not come to touch.</summary>
    public const string Nothing = "\u200B";

    /// <summary>Keeps a macro's name from being one where nothing can be escaped.</summary>
    private const string Joiner = "\u2060";

    private const string Escapable = "-#*_+?^~[]()!@";

    /// <param name="text">What to show.</param>
    /// <param name="line">What stands before it on its line.</param>
    public static string Escaped(string text, string line)
    {
        var normal = Normal(text);
        if (normal.Length == 0)
        {
            return Nothing;
        }

        var written = new StringBuilder(line, line.Length + normal.Length * 2);
        for (var i = 0; i < normal.Length; i++)
        {
            Append(written, normal, i);
        }

        // With what the author wrote behind it, it could begin a heading or a quotation.
        if (LastWord(written) is "h" or "b" or "bq" or ['h', >= '1' and <= '6'])
        {
            var last = written[^1];
            written.Length--;
            Entity(written, last);
        }

        return written.ToString(line.Length, written.Length - line.Length);
    }

    /// <summary>Text within <c>{code}</c> or <c>{noformat}</c>, where only the end of the block means anything.</summary>
    /// <param name="previous">The character before it.</param>
    public static string Verbatim(string text, char previous)
    {
        var normal = Normal(text);
        var apart = normal.Replace("{", "{" + Joiner, StringComparison.Ordinal);
        return previous is '{' ? Joiner + apart : apart;
    }

    /// <summary>One line: what breaks lines is a space.</summary>
    public static string OneLine(string text) =>
        string.Join(' ', Normal(text).Split(['\n', '\t'], StringSplitOptions.None));

    /// <summary>Line breaks as <c>\n</c>; control characters, which JIRA does not take, as U+FFFD.</summary>
    private static string Normal(string text) => string.Concat(
        text.ReplaceLineEndings("\n").Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c));

    private static void Append(StringBuilder written, string text, int at)
    {
        var c = text[at];
        if (c is '\n')
        {
            // A third backslash before, or a word and a backslash behind, and it would be no break.
            _ = written.Length > 0 && written[^1] is '\\' ? written.Append(' ') : written;
            written.Append(at == 0 ? Nothing : "").Append(@"\\ ").Append(at == text.Length - 1 ? Nothing : "");
        }
        else if (Escapable.Contains(c, StringComparison.Ordinal))
        {
            // At the edges a backslash would stand between what the author wrote and the text; {*} is markup even so.
            var alone = at == 0 || at == text.Length - 1 || text[at - 1] is '{';
            _ = alone ? Entity(written, c) : written.Append('\\').Append(c);
        }
        else if (NeedsEntity(written, text, at))
        {
            Entity(written, c);
        }
        else
        {
            written.Append(c);
        }
    }

    private static bool NeedsEntity(StringBuilder written, string text, int at) => text[at] switch
    {
        '\\' or '|' or '{' or '}' => true, // with a backslash before them, too, bars part cells and braces are read twice
        '&' => IsEntity(text, at),
        ':' => at + 1 == text.Length || text[at + 1] is '/' or 'D' or 'P' or 'p' || EndsWithMail(text, at),
        '.' => LastWord(written) is "bq" or ['h', >= '1' and <= '6'],
        '\uFEFF' => IsEdge(text, at),
        var c => char.IsWhiteSpace(c) && IsEdge(text, at),
    };

    private static bool IsEdge(string text, int at) =>
        at == 0 || at == text.Length - 1 || text[at - 1] is '\n' || text[at + 1] is '\n';

    private static bool IsEntity(string text, int at)
    {
        var end = at + 1;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '#'))
        {
            end++;
        }

        return end == text.Length || text[end] is ';';
    }

    private static bool EndsWithMail(string text, int at) =>
        text.AsSpan(0, at).EndsWith("mailto", StringComparison.OrdinalIgnoreCase);

    /// <summary>The letters and digits at the end, three at most: <c>h1.</c> to <c>h6.</c> and <c>bq.</c> begin blocks.</summary>
    private static string LastWord(StringBuilder written)
    {
        var from = written.Length;
        while (from > 0 && written.Length - from < 3 && char.IsLetterOrDigit(written[from - 1]))
        {
            from--;
        }

        return written.ToString(from, written.Length - from);
    }

    private static StringBuilder Entity(StringBuilder written, char c) =>
        written.Append(CultureInfo.InvariantCulture, $"&#{(int)c};");
}
