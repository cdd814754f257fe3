namespace Pao.Catalog.Templates.Hcl;

/// <summary>
/// Reads HCL as it is written and knows at each moment what stands there: an expression, a quoted text, a heredoc, a
/// comment. It follows the scanner of HashiCorp's HCL 2; what that one would not read is an error here too.
/// </summary>
internal sealed class HclScanner
{
    private readonly Stack<HclFrame> _open = new([new HclFrame(HclKind.Body)]);

    private bool _isEscaped;

    /// <summary>How many of the same <c>$</c> or <c>%</c> stand last in a text: one opens an interpolation, more escape it.</summary>
    private int _sigils;

    public HclFrame Frame => _open.Peek();

    public int Depth => _open.Count;

    /// <summary>The character before; NUL at the beginning and after a comment or a text.</summary>
    public char Previous { get; private set; }

    /// <summary>In code: the first character of the name or number that stands last; NUL when none does.</summary>
    public char WordStart { get; private set; }

    /// <summary>A backslash stands last in a quoted text, and takes the next character.</summary>
    public bool IsEscaped => _isEscaped;

    public void Read(string text)
    {
        foreach (var c in text)
        {
            Read(c);
        }
    }

    /// <exception cref="TemplateException">Something is still open.</exception>
    public void Finish()
    {
        if (Frame.Kind is HclKind.LineComment)
        {
            Close('\n');
        }

        if (_open.Count > 1)
        {
            throw new TemplateException(Frame.Kind switch
            {
                HclKind.Quoted or HclKind.Label => "The HCL ends within a quoted text.",
                HclKind.Heredoc or HclKind.HeredocMarker => $"The HCL ends within the heredoc '{Frame.Marker}': its last line needs a line break too.",
                HclKind.BlockComment => "The HCL ends within a comment.",
                _ => $"The HCL ends before a '{(Frame.Close is '\0' ? '}' : Frame.Close)}'.",
            });
        }
    }

    /// <summary>A letter, a digit, <c>_</c> or <c>-</c>.</summary>
    public static bool IsOfName(char c) => char.IsLetterOrDigit(c) || c is '_' or '-' || char.IsSurrogate(c);

    private void Read(char c)
    {
        switch (Frame.Kind)
        {
            case HclKind.Quoted or HclKind.Label:
                ReadQuoted(c);
                break;
            case HclKind.Heredoc:
                ReadHeredoc(c);
                break;
            case HclKind.HeredocMarker:
                ReadMarker(c);
                break;
            case HclKind.LineComment when c is '\n':
                Close(c);
                break;
            case HclKind.BlockComment when Previous is '*' && c is '/':
                Close('\0');
                break;
            case HclKind.LineComment or HclKind.BlockComment:
                Previous = c;
                break;
            default:
                ReadCode(c);
                break;
        }
    }

    private void ReadCode(char c)
    {
        switch (Previous, c)
        {
            case ('/', '/') or (_, '#'):
                Open(new HclFrame(HclKind.LineComment));
                return;
            case ('/', '*'):
                Open(new HclFrame(HclKind.BlockComment));
                return;
            case ('<', '<'):
                Open(new HclFrame(HclKind.HeredocMarker));
                return;
            case (_, '}' or ')' or ']'):
                if (Frame.Close != c)
                {
                    throw new TemplateException($"The HCL has a '{c}' that closes nothing.");
                }

                Close(c);
                return;
        }

        // Where an assignment has not begun, braces hold a block and quotes a label.
        var isHeader = Frame is { Kind: HclKind.Body, IsAssigned: false };
        Frame.HasBegun |= !char.IsWhiteSpace(c);
        Frame.IsAssigned |= c is '=';
        switch (c)
        {
            case '"':
                Open(new HclFrame(isHeader ? HclKind.Label : HclKind.Quoted));
                return;
            case '{':
                Open(new HclFrame(isHeader ? HclKind.Body : HclKind.Bracket, '}'));
                return;
            case '(' or '[':
                Open(new HclFrame(HclKind.Bracket, c is '(' ? ')' : ']'));
                return;
            case '\n':
                EndStatement();
                break;
            default:
                break;
        }

        WordStart = !IsOfName(c) ? '\0' : WordStart is '\0' or '-' ? c : WordStart;
        Previous = c;
    }

    private void ReadQuoted(char c)
    {
        if (c is '\n' or '\r')
        {
            throw new TemplateException("A quoted text of HCL ends on its line.", "write \\n, or a heredoc");
        }

        if (_isEscaped)
        {
            _isEscaped = false;
            Previous = '\0';
        }
        else if (c is '"')
        {
            Close(c);
        }
        else
        {
            _isEscaped = c is '\\';
            ReadText(c);
        }
    }

    private void ReadHeredoc(char c)
    {
        if (c is '\n')
        {
            if (!Frame.IsLineOfText && Frame.Line.Equals(Frame.Marker))
            {
                Close(c);
                return;
            }

            Frame.BeginLine();
        }
        else
        {
            Frame.ReadOnLine(c);
        }

        ReadText(c);
    }

    private void ReadText(char c)
    {
        if (c is '{' && _sigils == 1)
        {
            Open(Frame.Kind is HclKind.Label
                ? throw new TemplateException("A label of an HCL block takes no '${'.")
                : new HclFrame(HclKind.Interpolation, '}'));
            return;
        }

        _sigils = c is not ('$' or '%') ? 0 : c == Previous ? _sigils + 1 : 1;
        Previous = c;
    }

    private void ReadMarker(char c)
    {
        if (c is '\n' && Frame.Line.Length > 0)
        {
            var marker = Frame.Line.ToString();
            _open.Pop();
            Open(new HclFrame(HclKind.Heredoc) { Marker = marker });
        }
        else if (IsOfName(c) || (c is '\r' && Frame.Line.Length > 0))
        {
            // '<<-' removes indentation; the sign is no part of the name.
            if (c is not '\r' && (c is not '-' || Frame.Line.Length > 0))
            {
                Frame.Line.Append(c);
            }
        }
        else
        {
            throw new TemplateException("After '<<' HCL has the name that ends the text, and a line break.");
        }
    }

    private void Open(HclFrame frame)
    {
        _open.Push(frame);
        (Previous, WordStart, _sigils) = ('\0', '\0', 0);
    }

    /// <param name="last">What stands last now, for what follows.</param>
    private void Close(char last)
    {
        _open.Pop();
        (Previous, WordStart, _sigils) = (last, '\0', 0);
        if (last is '\n')
        {
            EndStatement();
        }
    }

    private void EndStatement() => (Frame.HasBegun, Frame.IsAssigned) = (false, false);
}
