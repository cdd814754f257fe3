using YamlDotNet.Core;

namespace Pao.Catalog.Yaml;

/// <summary>
/// A string as its file writes it: plain, quoted or as a block. Folding, indentation and escaped line breaks change
/// white space only, so the n-th other character of the value is the n-th other character that is written.
/// </summary>
internal sealed class WrittenScalar(string document, Mark start, ScalarStyle style)
{
    /// <summary>Line and column, both from 1, of the character at an offset of the value; null when it is not found.</summary>
    public (int Line, int Column)? At(string value, int offset)
    {
        var wanted = value.AsSpan(0, Math.Clamp(offset, 0, value.Length)).ToArray().Count(c => !IsSpace(c));
        var at = new Walk(document, (int)start.Index, (int)start.Line, (int)start.Column);
        SkipProperties(at);
        switch (style)
        {
            case ScalarStyle.Literal or ScalarStyle.Folded:
                at.SkipLine();
                break;
            case ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted:
                at.Next();
                break;
        }

        while (!at.AtEnd)
        {
            var (line, column) = (at.Line, at.Column);
            var produced = Produce(at);
            if (wanted < produced)
            {
                return (line, column);
            }

            wanted -= produced;
        }

        return null;
    }

    /// <summary>An anchor stands before the value and belongs to its event.</summary>
    private static void SkipProperties(Walk at)
    {
        while (!at.AtEnd && at.Current is '&' or '!')
        {
            while (!at.AtEnd && !IsSpace(at.Current))
            {
                at.Next();
            }

            while (!at.AtEnd && IsSpace(at.Current))
            {
                at.Next();
            }
        }
    }

    /// <summary>Goes past one written character or escape.</summary>
    /// <returns>How many characters of the value, white space apart, it stands for.</returns>
    private int Produce(Walk at)
    {
        var c = at.Current;
        at.Next();
        switch (c, style)
        {
            case ('\\', ScalarStyle.DoubleQuoted) when !at.AtEnd:
                return Escaped(at);
            case ('\'', ScalarStyle.SingleQuoted) when !at.AtEnd && at.Current is '\'':
                at.Next();
                return 1;
            default:
                return IsSpace(c) ? 0 : 1;
        }
    }

    private static int Escaped(Walk at)
    {
        var c = at.Current;
        at.Next();
        var digits = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        var code = 0;
        for (var i = 0; i < digits && !at.AtEnd; i++)
        {
            code = code * 16 + (char.IsAsciiHexDigit(at.Current) ? Convert.ToInt32(at.Current.ToString(), 16) : 0);
            at.Next();
        }

        return digits > 0
            ? code > char.MaxValue ? 2 : IsSpace((char)code) ? 0 : 1
            : c is 't' or 'n' or 'r' or 'N' or 'L' or 'P' || IsSpace(c) ? 0 : 1;
    }

    private static bool IsSpace(char c) => c is ' ' or '\t' || IsBreak(c);

    /// <summary>As the parser counts lines.</summary>
    private static bool IsBreak(char c) => c is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029';

    private sealed class Walk(string text, int index, int line, int column)
    {
        private int _index = index;

        public int Line { get; private set; } = line;

        public int Column { get; private set; } = column;

        public bool AtEnd => _index >= text.Length;

        public char Current => text[_index];

        public void Next()
        {
            var c = text[_index++];
            var ends = IsBreak(c) && !(c is '\r' && !AtEnd && Current is '\n');
            (Line, Column) = ends ? (Line + 1, 1) : (Line, Column + 1);
        }

        public void SkipLine()
        {
            var line = Line;
            while (!AtEnd && Line == line)
            {
                Next();
            }
        }
    }
}
