namespace Pao.Catalog.Forms.Patterns;

/// <summary>What may follow a backslash in a pattern.</summary>
internal static class PatternEscapes
{
    /// <summary>A set such as <c>\d</c>; null when something else follows.</summary>
    public static CodePointSet? TryClass(PatternReader reader)
    {
        switch (reader.Next)
        {
            case 'd':
                reader.Take();
                return CodePointSet.Digits;
            case 'D':
                reader.Take();
                return CodePointSet.Digits.Complement();
            case 'w':
                reader.Take();
                return CodePointSet.WordCharacters;
            case 'W':
                reader.Take();
                return CodePointSet.WordCharacters.Complement();
            case 's':
                reader.Take();
                return CodePointSet.Spaces;
            case 'S':
                reader.Take();
                return CodePointSet.Spaces.Complement();
            case 'p' or 'P':
                return Property(reader, reader.Take() is 'P');
            default:
                return null;
        }
    }

    /// <summary>One character, however it is written.</summary>
    public static int Character(PatternReader reader, bool inClass)
    {
        var c = reader.Take();
        return c switch
        {
            't' => '\t',
            'n' => '\n',
            'v' => '\v',
            'f' => '\f',
            'r' => '\r',
            '0' when !char.IsAsciiDigit(reader.Next) => 0,
            'c' when char.IsAsciiLetter(reader.Next) => reader.Take() & 0x1F,
            'x' => reader.TakeHex(2),
            'u' => Unicode(reader),
            'b' when inClass => '\b',
            '-' when inClass => '-',
            '^' or '$' or '\\' or '.' or '*' or '+' or '?' or '(' or ')' or '[' or ']' or '{' or '}' or '|' or '/' => c,
            _ => throw reader.Wrong($@"'\{c}' means nothing; a browser refuses it"),
        };
    }

    private static int Unicode(PatternReader reader)
    {
        if (!reader.TryTake("{"))
        {
            var first = reader.TakeHex(4);
            return char.IsHighSurrogate((char)first) && reader.TryTake(@"\u")
                && reader.TakeHex(4) is var second && char.IsLowSurrogate((char)second)
                ? char.ConvertToUtf32((char)first, (char)second)
                : first;
        }

        var digits = reader.TakeUntil('}');
        return digits.Length is > 0 and <= 6 && digits.All(char.IsAsciiHexDigit) && Convert.ToInt32(digits, 16) is <= 0x10FFFF and var point
            ? point
            : throw reader.Wrong($"'{digits}' is no code point");
    }

    private static CodePointSet Property(PatternReader reader, bool negated)
    {
        if (!reader.TryTake("{"))
        {
            throw reader.Wrong(@"'\p' must be followed by '{'");
        }

        var name = reader.TakeUntil('}');
        var set = CodePointSet.OfCategory(name)
            ?? throw reader.Wrong($@"'\p{{{name}}}' is not supported; general categories such as \p{{L}} and \p{{Lu}} are");
        return negated ? set.Complement() : set;
    }
}
