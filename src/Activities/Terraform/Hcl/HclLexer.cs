using System.Text;

namespace Pao.Activities.Terraform.Hcl;

/// <summary>
/// Cuts HCL's native syntax into tokens, interpolations within texts included. It is stricter than HashiCorp's: what is unusual
/// enough that the two might read it differently is no HCL here.
/// </summary>
internal sealed class HclLexer(string text)
{
    /// <summary>As much as one template may render to.</summary>
    private const int MostCharacters = 256 * 1024;
    private const int DeepestNesting = 64;

    private static readonly string[] Signs =
        ["...", "==", "!=", "<=", ">=", "&&", "||", "=>", "::", "=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ",", "."];

    private readonly List<HclToken> _tokens = [];
    private readonly Stack<Frame> _open = new();
    private int _at;
    private int _line = 1;

    private char Here => Ahead(0);

    /// <exception cref="HclSyntaxException">It is no HCL, or out of bounds.</exception>
    public static IReadOnlyList<HclToken> Read(string text) => text.Length <= MostCharacters
        ? new HclLexer(text).ReadAll()
        : throw new HclSyntaxException(1, $"The file has more than {MostCharacters} characters.");

    private List<HclToken> ReadAll()
    {
        while (_at < text.Length)
        {
            if (_open.TryPeek(out var frame) && frame.IsText)
                ReadText(frame);
            else
                ReadCode();
        }

        if (_open.TryPeek(out var unclosed))
            throw new HclSyntaxException(unclosed.Line, $"The '{unclosed.Opened}' is not closed.");

        Add(HclTokenKind.End, "");
        return _tokens;
    }

    private void ReadCode()
    {
        switch (Here)
        {
            case ' ' or '\t':
                _at++;
                break;
            case '\n' or '\r':
                ReadLineEnd();
                break;
            case '#':
                SkipLine();
                break;
            case '/' when Ahead(1) is '/':
                SkipLine();
                break;
            case '/' when Ahead(1) is '*':
                SkipComment();
                break;
            case '"':
                Open("\"", "\"", isText: true);
                _at++;
                break;
            case '<' when Ahead(1) is '<':
                OpenHeredoc();
                break;
            case '{' or '[' or '(':
                Open(Here.ToString(), Here switch { '{' => "}", '[' => "]", _ => ")" }, isText: false);
                _at++;
                break;
            case '}' or ']' or ')':
                Close(Here.ToString());
                _at++;
                break;
            default:
                ReadWord();
                break;
        }
    }

    private void ReadWord()
    {
        if (char.IsAsciiDigit(Here))
        {
            Add(HclTokenKind.Number, Take(c => char.IsAsciiLetterOrDigit(c) || c is '.'));
            return;
        }

        if (char.IsLetter(Here) || Here is '_')
        {
            Add(HclTokenKind.Name, Take(c => char.IsLetterOrDigit(c) || c is '_' or '-'));
            return;
        }

        var sign = Signs.FirstOrDefault(sign => string.CompareOrdinal(text, _at, sign, 0, sign.Length) is 0)
            ?? throw Wrong($"The character U+{(int)Here:X4} does not belong there.");
        Add(HclTokenKind.Sign, sign);
        _at += sign.Length;
    }

    private void ReadText(Frame frame)
    {
        var literal = new StringBuilder();
        var line = _line;
        while (_at < text.Length && !EndsText(frame) && !OpensInterpolation())
        {
            if (Here is '\\' && !frame.IsHeredoc)
                ReadEscape(literal);
            else
                ReadCharacter(frame, literal);
        }

        if (literal.Length > 0)
            _tokens.Add(new HclToken(HclTokenKind.Text, literal.ToString(), line));
        if (_at >= text.Length)
            return;

        if (OpensInterpolation())
        {
            Open(text.Substring(_at, 2), "}", isText: false);
            _at += 2;
        }
        else
        {
            Close(frame.Closing);
            _at += frame.IsHeredoc ? LineHere().Length : 1;
        }
    }

    private void ReadCharacter(Frame frame, StringBuilder literal)
    {
        switch (Here)
        {
            case '\n' when frame.IsHeredoc:
                _line++;
                break;
            case '\r' when frame.IsHeredoc && Ahead(1) is '\n':
                break;
            case '\t':
                break;
            case var c when char.IsControl(c):
                throw Wrong(c is '\n' ? "A quoted text ends on its line." : $"The character U+{(int)c:X4} does not belong there.");
            case '$' or '%' when Ahead(1) == Here:
                ReadSigils(literal);
                return;
        }

        literal.Append(Here);
        _at++;
    }

    /// <summary><c>$${</c> is the text <c>${</c>. Of more of them in a row, not all readers think the same.</summary>
    private void ReadSigils(StringBuilder literal)
    {
        var sigil = Here;
        var sigils = Take(c => c == sigil);
        if (Here is '{' && sigils.Length > 2)
            throw Wrong($"'{sigils}{{' is not clear: write '{sigil}{sigil}{{' for a text, '{sigil}{{' for an expression.");

        literal.Append(sigils);
        if (Here is '{')
        {
            literal.Append(Here);
            _at++;
        }
    }

    private void ReadEscape(StringBuilder literal)
    {
        var length = Ahead(1) switch
        {
            'n' or 'r' or 't' or '"' or '\\' => 2,
            'u' => 6,
            'U' => 10,
            _ => throw Wrong("There is no such escape in HCL."),
        };
        var escape = _at + length <= text.Length ? text.Substring(_at, length) : "";
        if (escape.Length is 0 || escape.Skip(2).Any(c => !char.IsAsciiHexDigit(c)))
            throw Wrong("The escape is not complete.");

        literal.Append(escape);
        _at += length;
    }

    private bool OpensInterpolation() => Here is '$' or '%' && Ahead(1) is '{';

    private bool EndsText(Frame frame) => frame.IsHeredoc
        ? text[_at - 1] is '\n' && LineHere().Trim(' ', '\t') == frame.Closing
        : Here is '"';

    private void OpenHeredoc()
    {
        var start = _at;
        _at += Ahead(2) is '-' ? 3 : 2;
        var marker = Take(c => char.IsAsciiLetterOrDigit(c) || c is '_');
        if (marker.Length is 0 || Here is not ('\n' or '\r'))
            throw Wrong("After '<<' HCL has the name that ends the text, and a line break.");

        Open(text[start.._at], marker, isText: true);
        _at += Here is '\r' ? 1 : 0;
        if (Here is not '\n')
            throw Wrong("A line ends with U+000A.");
        _at++;
        _line++;
    }

    private void Open(string opened, string closing, bool isText)
    {
        if (_open.Count >= DeepestNesting)
            throw Wrong($"It is nested deeper than {DeepestNesting}.");

        _open.Push(new Frame(opened, closing, isText, _line));
        Add(HclTokenKind.Open, opened);
    }

    private void Close(string closing)
    {
        if (!_open.TryPop(out var frame) || frame.Closing != closing)
            throw Wrong($"The '{closing}' closes nothing.");

        Add(HclTokenKind.Close, closing);
    }

    private void ReadLineEnd()
    {
        _at += Here is '\r' ? 1 : 0;
        if (Here is not '\n')
            throw Wrong("A line ends with U+000A.");

        Add(HclTokenKind.Line, "\n");
        _at++;
        _line++;
    }

    private void SkipLine()
    {
        while (_at < text.Length && Here is not '\n')
        {
            if (Here is '\r' && Ahead(1) is not '\n')
                throw Wrong("A line ends with U+000A.");
            _at++;
        }
    }

    private void SkipComment()
    {
        var end = text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        if (end < 0)
            throw Wrong("The comment is not closed.");

        _line += text.AsSpan(_at, end - _at).Count('\n');
        _at = end + 2;
    }

    private string Take(Func<char, bool> belongs)
    {
        var start = _at;
        while (_at < text.Length && belongs(text[_at]))
            _at++;
        return text[start.._at];
    }

    /// <summary>What is left of the line, without its end.</summary>
    private string LineHere()
    {
        var end = text.IndexOf('\n', _at);
        return (end < 0 ? text[_at..] : text[_at..end]).TrimEnd('\r');
    }

    private char Ahead(int count) => _at + count < text.Length ? text[_at + count] : '\0';

    private void Add(HclTokenKind kind, string written) => _tokens.Add(new HclToken(kind, written, _line));

    private HclSyntaxException Wrong(string message) => new(_line, message);

    private sealed record Frame(string Opened, string Closing, bool IsText, int Line)
    {
        public bool IsHeredoc => IsText && Closing is not "\"";
    }
}
