using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates.Hcl;

/// <summary>Values as HCL 2 writes them.</summary>
internal static class HclText
{
    /// <summary>What stands between the quotes of a text.</summary>
    /// <param name="previous">The character that stands before it between the same quotes.</param>
    public static string Content(string text, char previous = '\0')
    {
        var written = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var before = written.Length > 0 ? written[^1] : previous;
            if (c is '$' or '%')
            {
                var next = i + 1 < text.Length ? text[i + 1] : '\0';
                if (next is '{' && before != c)
                {
                    written.Append(c).Append(c).Append('{');
                    i++;
                }
                else
                {
                    // As the last character it could open an interpolation with what the author wrote behind it.
                    _ = next is '{' or '\0' ? Escape(written, c) : written.Append(c);
                }
            }
            else if (c is '{' && before is '$' or '%')
            {
                Escape(written, c);
            }
            else
            {
                i += Append(written, text, i);
            }
        }

        return written.ToString();
    }

    public static string Quoted(string text) => $"\"{Content(text)}\"";

    /// <summary>A value as an expression of its own.</summary>
    public static string Literal(JsonNode? value) => value switch
    {
        null => "null",
        JsonArray items => $"[{string.Join(", ", items.Select(Literal))}]",
        JsonObject { Count: 0 } => "{}",
        JsonObject properties => $"{{ {string.Join(", ", properties.Select(one => $"{Quoted(one.Key)} = {Literal(one.Value)}"))} }}",
        _ when value.GetValueKind() is JsonValueKind.String => Quoted(Functions.Written(value, "a text")),
        _ => value.ToJsonString(),
    };

    /// <summary>What can not end a comment.</summary>
    /// <param name="previous">The character that stands before it in the comment.</param>
    public static string Comment(string text, char previous)
    {
        var written = new StringBuilder(text.Length + 1);
        foreach (var rune in text.EnumerateRunes())
        {
            var before = written.Length > 0 ? written[^1] : previous;
            _ = rune.Value is '/' && before is '*' ? written.Append(' ') : written;
            written.Append(IsUnseen(rune) ? " " : rune.ToString());
        }

        return written.Length > 0 && written[^1] is '*' ? written.Append(' ').ToString() : written.ToString();
    }

    /// <summary>Line breaks, control characters, and what turns the direction of a text: reviewers would not see them.</summary>
    public static bool IsUnseen(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    /// <returns>How many characters more than one were taken.</returns>
    private static int Append(StringBuilder written, string text, int at)
    {
        _ = text[at] switch
        {
            '"' => written.Append("\\\""),
            '\\' => written.Append(@"\\"),
            '\n' => written.Append("\\n"),
            '\r' => written.Append("\\r"),
            '\t' => written.Append("\\t"),
            _ => null,
        } ?? AppendRune(written, Rune.GetRuneAt(text, at));
        return char.IsSurrogate(text[at]) ? 1 : 0;
    }

    private static StringBuilder AppendRune(StringBuilder written, Rune rune) => (IsUnseen(rune), rune.IsBmp) switch
    {
        (false, _) => written.Append(rune.ToString()),
        (true, true) => Escape(written, (char)rune.Value),
        (true, false) => written.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
    };

    private static StringBuilder Escape(StringBuilder written, char c) =>
        written.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
}
