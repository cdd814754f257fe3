namespace Pao.Catalog.Templates;

/// <summary>
/// Finds where in a template's text a name stands. The syntax tree knows only the tag: within it the name is looked for
/// as it is written, outside of quotes; where it is written in another way, the place is the tag's first word.
/// </summary>
internal sealed class TemplatePlaces(string source)
{
    private readonly Dictionary<(int Tag, string Written), int> _found = [];

    /// <param name="tag">Where the tag begins; null when that is not known.</param>
    /// <param name="written">A path or a function's name. Asked again, the next one in the tag is meant.</param>
    public int Of(int? tag, string? written)
    {
        if (tag is not { } start)
        {
            return 0;
        }

        var first = FirstWord(start);
        if (string.IsNullOrEmpty(written))
        {
            return first;
        }

        var from = _found.TryGetValue((start, written), out var last) ? last + 1 : first;
        if (Find(written, start, from) is not { } found)
        {
            return first;
        }

        _found[(start, written)] = found;
        return found;
    }

    private int FirstWord(int tag)
    {
        var at = tag + 2;
        while (at < source.Length && (source[at] is '-' || char.IsWhiteSpace(source[at])))
        {
            at++;
        }

        return Math.Min(at, source.Length);
    }

    private int? Find(string written, int tag, int from)
    {
        var quote = '\0';
        for (var i = tag + 2; i < source.Length && !(quote is '\0' && IsEnd(i)); i++)
        {
            var c = source[i];
            if (quote != '\0')
            {
                i += c is '\\' ? 1 : 0;
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (i >= from && IsHere(written, i))
            {
                return i;
            }
        }

        return null;
    }

    private bool IsEnd(int at) => source[at] is '}' or '%' && at + 1 < source.Length && source[at + 1] is '}';

    private bool IsHere(string written, int at) =>
        string.CompareOrdinal(source, at, written, 0, written.Length) == 0
        && !IsPartOfName(at - 1) && source[at - 1] is not '.'
        && !(at + written.Length < source.Length && IsPartOfName(at + written.Length));

    private bool IsPartOfName(int at) => char.IsLetterOrDigit(source[at]) || source[at] is '_' or '-';
}
