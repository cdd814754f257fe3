using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pao.Catalog.Forms.Patterns;

/// <summary>
/// Reads a pattern as a browser does, ECMA-262 with the flag <c>u</c> as JSON Schema asks, and writes the .NET expression
/// that matches the same texts. What a browser would refuse is refused here; back references are, too, since the two
/// engines disagree about them.
/// </summary>
internal sealed class PatternTranslation
{
    private const int MaxDepth = 50;
    private const int MaxRepeats = 100_000;

    /// <summary>Of what is written for .NET: <c>\p{L}</c> alone takes 12,000 characters.</summary>
    private const int MaxWritten = 50_000;

    private const string WordBoundary =
        "(?:(?<=[A-Za-z0-9_])(?![A-Za-z0-9_])|(?<![A-Za-z0-9_])(?=[A-Za-z0-9_]))";

    private const string NoWordBoundary =
        "(?:(?<=[A-Za-z0-9_])(?=[A-Za-z0-9_])|(?<![A-Za-z0-9_])(?![A-Za-z0-9_]))";

    private readonly PatternReader _reader;
    private readonly StringBuilder _written = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _depth;

    private PatternTranslation(string pattern) => _reader = new PatternReader(pattern);

    /// <exception cref="FormatException">A browser could not read it.</exception>
    public static string ToDotNet(string pattern)
    {
        var translation = new PatternTranslation(pattern);
        translation.Alternatives();
        return translation._reader.AtEnd ? translation._written.ToString() : throw translation._reader.Wrong("a ')' has no '('");
    }

    private void Alternatives()
    {
        while (!_reader.AtEnd && _reader.Next is not ')')
        {
            if (_reader.TryTake("|"))
            {
                _written.Append('|');
            }
            else
            {
                Term();
            }
        }
    }

    private void Term()
    {
        if (_written.Length > MaxWritten)
        {
            throw _reader.Wrong("it has too many large sets of characters");
        }

        if (!Assertion())
        {
            Atom();
            Quantifier();
        }
        else if (_reader.Next is '*' or '+' or '?' or '{')
        {
            throw _reader.Wrong("there is nothing to repeat");
        }
    }

    private bool Assertion()
    {
        if (_reader.TryTake("^"))
        {
            _written.Append('^');
        }
        else if (_reader.TryTake("$"))
        {
            _written.Append(@"\z");
        }
        else if (_reader.TryTake(@"\b"))
        {
            _written.Append(WordBoundary);
        }
        else if (_reader.TryTake(@"\B"))
        {
            _written.Append(NoWordBoundary);
        }
        else
        {
            return Look("(?=") || Look("(?!") || Look("(?<=") || Look("(?<!");
        }

        return true;
    }

    private bool Look(string opening)
    {
        if (!_reader.TryTake(opening))
        {
            return false;
        }

        Group(opening);
        return true;
    }

    // Nothing refers back to a group, so none needs to remember what it matched.
    private void Group(string opening)
    {
        if (++_depth > MaxDepth)
        {
            throw _reader.Wrong($"groups nest deeper than {MaxDepth}");
        }

        _written.Append(opening);
        Alternatives();
        if (!_reader.TryTake(")"))
        {
            throw _reader.Wrong("')' is missing");
        }

        _written.Append(')');
        _depth--;
    }

    private void Atom()
    {
        switch (_reader.Next)
        {
            case '.':
                _reader.Take();
                _written.Append(CodePointSet.NoLineEnd.ToDotNet());
                break;
            case '[':
                _reader.Take();
                _written.Append(new PatternClass(_reader).Read().ToDotNet());
                break;
            case '(':
                Group();
                break;
            case '\\':
                _reader.Take();
                Escape();
                break;
            case '*' or '+' or '?' or '{':
                throw _reader.Wrong("there is nothing to repeat; a character that is meant itself is written with a backslash");
            case '}' or ']':
                throw _reader.Wrong($@"'{_reader.Next}' stands alone; write '\{_reader.Next}'");
            default:
                Literal(_reader.TakeCodePoint());
                break;
        }
    }

    private void Group()
    {
        if (_reader.TryTake("(?:"))
        {
            Group("(?:");
        }
        else if (_reader.TryTake("(?<"))
        {
            var name = _reader.TakeUntil('>');
            if (!Regex.IsMatch(name, "^[A-Za-z_$][A-Za-z0-9_$]*$", RegexOptions.NonBacktracking) || !_names.Add(name))
            {
                throw _reader.Wrong($"'{name}' is no name for a group, or two groups have it");
            }

            Group("(?:");
        }
        else if (_reader.TryTake("(?"))
        {
            throw _reader.Wrong("'(?' must go on with ':', '=', '!', '<=', '<!' or a name");
        }
        else
        {
            _reader.Take();
            Group("(?:");
        }
    }

    private void Escape()
    {
        if (_reader.Next is (>= '1' and <= '9') or 'k')
        {
            throw _reader.Wrong("references back to a group are not supported");
        }

        if (PatternEscapes.TryClass(_reader) is { } set)
        {
            _written.Append(set.ToDotNet());
        }
        else
        {
            Literal(PatternEscapes.Character(_reader, inClass: false));
        }
    }

    private void Literal(int point) => _written.Append(CodePointSet.Of((point, point)).ToDotNet());

    private void Quantifier()
    {
        switch (_reader.Next)
        {
            case '*' or '+' or '?':
                _written.Append(_reader.Take());
                break;
            case '{':
                Repeat();
                break;
            default:
                return;
        }

        if (_reader.TryTake("?"))
        {
            _written.Append('?');
        }

        if (_reader.Next is '*' or '+' or '?' or '{')
        {
            throw _reader.Wrong("there is nothing to repeat");
        }
    }

    private void Repeat()
    {
        _reader.Take();
        var least = _reader.TryTakeNumber() ?? throw _reader.Wrong(@"'{' is not followed by a number; write '\{'");
        var most = _reader.TryTake(",") ? _reader.TryTakeNumber() : least;
        if (!_reader.TryTake("}"))
        {
            throw _reader.Wrong("'}' is missing");
        }

        if (most < least)
        {
            throw _reader.Wrong("the numbers in '{}' are out of order");
        }

        if (least > MaxRepeats || most > MaxRepeats)
        {
            throw _reader.Wrong($"a part repeats at most {MaxRepeats} times");
        }

        _written.Append(CultureInfo.InvariantCulture, $"{{{least},{most}}}");
    }
}
