using System.Globalization;
using System.Text;

namespace Pao.Activities.Jira.Markup;

/// <summary>Numeric entities: how markup writes a character that would mean something.</summary>
internal static class WikiEntity
{
    private const int Longest = 10;

    public static (string Text, int Length)? Read(string written, int at, int to)
    {
        var end = at + 2;
        while (end < to && end - at < Longest && char.IsAsciiDigit(written[end]))
            end++;

        return end < to && written[end] is ';' && written[at + 1] is '#' && end > at + 2
            && int.TryParse(written.AsSpan(at + 2, end - at - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Rune.TryCreate(number, out var rune) && number is >= ' ' or '\t'
                ? (rune.ToString(), end + 1 - at)
                : null;
    }

    /// <summary>A text with nothing but entities and backslashes to undo.</summary>
    public static string Plain(string written)
    {
        var plain = new StringBuilder(written.Length);
        for (var at = 0; at < written.Length;)
        {
            if (written[at] is '&' && Read(written, at, written.Length) is { } entity)
            {
                plain.Append(entity.Text);
                at += entity.Length;
            }
            else
            {
                if (written[at] is '\\' && at + 1 < written.Length && char.IsAsciiLetterOrDigit(written[at + 1]) is false && written[at + 1] is not (' ' or '\\'))
                    at++;
                plain.Append(written[at++]);
            }
        }

        return plain.ToString();
    }
}
