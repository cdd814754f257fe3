using System.Text;

namespace Pao.Catalog.Forms.Patterns;

/// <summary>
/// Writes a text that a pattern may match: the first alternative of each group, each part repeated as often as it must be
/// and a few times more. Look-arounds are passed over, so whether it does match is to be tried.
/// </summary>
internal sealed class PatternSample
{
    private const int MaxLength = 4096;

    /// <summary>What people would write, where a set has it.</summary>
    private const string Favourites = "aA1-_. 0x";

    private readonly PatternReader _reader;
    private readonly int _more;

    private PatternSample(string pattern, int more) => (_reader, _more) = (new PatternReader(pattern), more);

    /// <param name="pattern">One without mistakes.</param>
    /// <param name="more">How often what repeats is repeated beyond the least.</param>
    /// <returns>Null when it would be very long, or a set has no character that can be shown.</returns>
    public static string? Of(string pattern, int more)
    {
        try
        {
            return new PatternSample(pattern, more).Alternatives();
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private string Alternatives()
    {
        var first = Sequence();
        while (_reader.TryTake("|"))
        {
            Sequence();
        }

        return first;
    }

    private string Sequence()
    {
        var text = new StringBuilder();
        while (!_reader.AtEnd && _reader.Next is not ('|' or ')'))
        {
            text.Append(Term());
            Bound(text.Length);
        }

        return text.ToString();
    }

    private string Term()
    {
        if (_reader.TryTake("^") || _reader.TryTake("$") || _reader.TryTake(@"\b") || _reader.TryTake(@"\B"))
        {
            return "";
        }

        if (_reader.TryTake("(?=") || _reader.TryTake("(?!") || _reader.TryTake("(?<=") || _reader.TryTake("(?<!"))
        {
            Group();
            return "";
        }

        var atom = Atom();
        var times = Times();
        Bound((long)atom.Length * times);
        return new StringBuilder().Insert(0, atom, times).ToString();
    }

    private string Atom()
    {
        switch (_reader.Take())
        {
            case '.':
                return Pick(CodePointSet.NoLineEnd);
            case '[':
                return Pick(new PatternClass(_reader).Read());
            case '(':
                _ = _reader.TryTake("?:") || (_reader.TryTake("?<") && _reader.TakeUntil('>').Length > 0);
                return Group();
            case '\\':
                return PatternEscapes.TryClass(_reader) is { } set ? Pick(set) : Written(PatternEscapes.Character(_reader, inClass: false));
            case var c:
                return char.IsHighSurrogate(c) ? $"{c}{_reader.Take()}" : $"{c}";
        }
    }

    private string Group()
    {
        var text = Alternatives();
        _reader.TryTake(")");
        return text;
    }

    private int Times()
    {
        var (least, most) = _reader.Next switch
        {
            '*' => (0, int.MaxValue),
            '+' => (1, int.MaxValue),
            '?' => (0, 1),
            '{' => (-1, -1),
            _ => (1, 1),
        };
        if (least < 0)
        {
            _reader.Take();
            least = _reader.TryTakeNumber() ?? 0;
            most = _reader.TryTake(",") ? _reader.TryTakeNumber() ?? int.MaxValue : least;
        }
        else if ((least, most) is (1, 1))
        {
            return 1;
        }

        _reader.Take(); // the sign, or the bracket that closes
        _reader.TryTake("?");
        return (int)Math.Min((long)least + _more, most);
    }

    private static string Pick(CodePointSet set)
    {
        var favourite = Favourites.FirstOrDefault(c => set.Contains(c));
        return favourite != '\0'
            ? favourite.ToString()
            : Written(Enumerable.Range('!', '~' - '!').Cast<int?>().FirstOrDefault(point => set.Contains(point!.Value)) ?? set.FirstFrom(0xA1) ?? 0);
    }

    private static string Written(int point) =>
        point is 0 or (>= 0xD800 and <= 0xDFFF) ? throw new FormatException("No character that can be shown.") : char.ConvertFromUtf32(point);

    private static void Bound(long length)
    {
        if (length > MaxLength)
        {
            throw new FormatException("It would be very long.");
        }
    }
}
