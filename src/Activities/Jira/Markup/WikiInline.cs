using System.Text;
using System.Text.Json.Nodes;

namespace Pao.Activities.Jira.Markup;

/// <summary>Reads the text of one block: emphasis, code, links, mentions and breaks.</summary>
internal sealed class WikiInline
{
    private const string Escapable = "-#*_+?^~[]()!@{}|`";

    private static readonly Dictionary<string, JsonObject> Emphasis = new()
    {
        ["??"] = Adf.Mark("em"),
        ["*"] = Adf.Mark("strong"),
        ["_"] = Adf.Mark("em"),
        ["-"] = Adf.Mark("strike"),
        ["+"] = Adf.Mark("underline"),
        ["^"] = new JsonObject { ["type"] = "subsup", ["attrs"] = new JsonObject { ["type"] = "sup" } },
        ["~"] = new JsonObject { ["type"] = "subsup", ["attrs"] = new JsonObject { ["type"] = "sub" } },
    };

    private readonly string _written;
    private readonly List<JsonObject> _nodes = [];
    private readonly StringBuilder _text = new();

    // What is not closed on the rest of a line is not looked for again: a text full of openings would take quadratic time.
    private readonly HashSet<(string Delimiter, int LineEnd)> _unclosed = [];

    private WikiInline(string written) => _written = written;

    public static IReadOnlyList<JsonObject> Read(string written)
    {
        var reader = new WikiInline(written);
        reader.Read(0, written.Length, []);
        return reader._nodes;
    }

    private void Read(int from, int to, IReadOnlyList<JsonObject> marks)
    {
        for (var at = from; at < to;)
            at = Next(at, to, marks);
        Flush(marks);
    }

    /// <summary>Reads what begins at a place.</summary>
    /// <returns>Where the next begins.</returns>
    private int Next(int at, int to, IReadOnlyList<JsonObject> marks)
    {
        switch (_written[at])
        {
            case '\n':
                return Break(at + 1, to, marks);
            case '\\':
                return Backslash(at, to, marks);
            case '&' when WikiEntity.Read(_written, at, to) is { } entity:
                _text.Append(entity.Text);
                return at + entity.Length;
            case '{' when Braces(at, to, marks) is { } after:
                return after;
            case '[' when Link(at, to, marks) is { } after:
                return after;
            case 'h' or 'H' when !IsWord(at - 1) && !InLink(marks) && WikiLink.BareLength(_written.AsSpan(at, to - at)) is > 0 and var length:
                AddBare(_written.Substring(at, length), marks);
                return at + length;
            case var c:
                if (Emphasised(at, to, marks) is { } end)
                    return end;

                _text.Append(c);
                return at + 1;
        }
    }

    private int Break(int after, int to, IReadOnlyList<JsonObject> marks)
    {
        Flush(marks);
        _nodes.Add(Adf.HardBreak());
        return after < to && _written[after] is ' ' ? after + 1 : after;
    }

    private int Backslash(int at, int to, IReadOnlyList<JsonObject> marks)
    {
        var next = at + 1 < to ? _written[at + 1] : '\0';
        if (next is '\\' && (at == 0 || _written[at - 1] is not '\\') && (at + 2 >= to || _written[at + 2] is not '\\'))
            return Break(at + 2, to, marks);

        var isEscape = Escapable.Contains(next, StringComparison.Ordinal);
        _text.Append(isEscape ? next : '\\');
        return at + (isEscape ? 2 : 1);
    }

    /// <summary>Code, or the tag of a colour, which is left out.</summary>
    private int? Braces(int at, int to, IReadOnlyList<JsonObject> marks)
    {
        if (at + 1 < to && _written[at + 1] is '{')
        {
            var close = IndexOf("}}", at + 2, to);
            if (close <= at + 2)
                return null;

            // Code takes no mark beside it but a link's.
            Flush(marks);
            var link = marks.Where(mark => Adf.TypeOf(mark) is "link");
            _nodes.Add(Adf.Text(WikiEntity.Plain(_written[(at + 2)..close]), [.. link, Adf.Mark("code")]));
            return close + 2;
        }

        var end = _written.AsSpan(at, to - at).StartsWith("{color", StringComparison.OrdinalIgnoreCase) ? IndexOf("}", at, to) : -1;
        return end > 0 && _written[at + "{color".Length] is ':' or '}' ? end + 1 : null;
    }

    private int? Link(int at, int to, IReadOnlyList<JsonObject> marks)
    {
        var close = InLink(marks) ? -1 : IndexOf("]", at, to);
        if (close < 0 || WikiLink.Parse(_written, at + 1, close) is not { } link)
            return null;

        if (link.AccountId is { } account)
        {
            Flush(marks);
            _nodes.Add(Adf.Mention(account));
        }
        else if (link.HasText)
        {
            Flush(marks);
            Read(at + 1, link.TextTo, [.. marks, Adf.Link(link.Target)]);
        }
        else
            AddBare(link.Target, marks);
        return close + 1;
    }

    /// <summary>A link that shows its own target.</summary>
    private void AddBare(string url, IReadOnlyList<JsonObject> marks)
    {
        Flush(marks);
        _text.Append(url);
        Flush([.. marks, Adf.Link(url)]);
    }

    private int? Emphasised(int at, int to, IReadOnlyList<JsonObject> marks)
    {
        var delimiter = _written[at] is '?' && at + 1 < to && _written[at + 1] is '?' ? "??" : _written[at].ToString();
        if (!Emphasis.TryGetValue(delimiter, out var mark) || IsWord(at - 1) || marks.Any(outer => Adf.TypeOf(outer) == Adf.TypeOf(mark)))
            return null;

        var start = at + delimiter.Length;
        // Two in a row are a dash, or nothing.
        if (start >= to || char.IsWhiteSpace(_written[start]) || _written[start] == _written[at] || Close(delimiter, start, LineEnd(start, to)) is not { } close)
            return null;

        Flush(marks);
        Read(start, close, [.. marks, mark]);
        return close + delimiter.Length;
    }

    /// <summary>Where an emphasis ends: behind something that is no space, and not within a word.</summary>
    private int? Close(string delimiter, int start, int lineEnd)
    {
        if (_unclosed.Contains((delimiter, lineEnd)))
            return null;

        for (var at = start; at < lineEnd; at++)
        {
            if (_written[at] is '\\')
                at++;
            else if (at > start && string.CompareOrdinal(_written, at, delimiter, 0, delimiter.Length) is 0
                && at + delimiter.Length <= lineEnd
                && !char.IsWhiteSpace(_written[at - 1]) && !(at + delimiter.Length < lineEnd && IsWord(at + delimiter.Length)))
                return at;
        }

        _unclosed.Add((delimiter, lineEnd));
        return null;
    }

    private int LineEnd(int from, int to) => _written.IndexOf('\n', from, to - from) is >= 0 and var end ? end : to;

    private static bool InLink(IReadOnlyList<JsonObject> marks) => marks.Any(mark => Adf.TypeOf(mark) is "link");

    private bool IsWord(int at) => at >= 0 && at < _written.Length && char.IsLetterOrDigit(_written[at]);

    /// <summary>On the same line, before the end; -1 when it is not there.</summary>
    private int IndexOf(string wanted, int from, int to)
    {
        var lineEnd = from < to ? LineEnd(from, to) : from;
        if (_unclosed.Contains((wanted, lineEnd)))
            return -1;

        var found = _written.IndexOf(wanted, from, lineEnd - from, StringComparison.Ordinal);
        if (found < 0)
            _unclosed.Add((wanted, lineEnd));
        return found;
    }

    private void Flush(IReadOnlyList<JsonObject> marks)
    {
        if (_text.Length > 0)
            _nodes.Add(Adf.Text(_text.ToString(), marks));
        _text.Clear();
    }
}
