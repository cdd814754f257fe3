using System.Globalization;

namespace Pao.Catalog.Forms.Patterns;

/// <summary>The text of a pattern, read from left to right.</summary>
internal sealed class PatternReader(string text)
{
    private int _at;

    public bool AtEnd => _at >= text.Length;

    /// <summary>The next character, U+0000 at the end.</summary>
    public char Next => AtEnd ? '\0' : text[_at];

    public char Take() => AtEnd ? throw Wrong("it ends too early") : text[_at++];

    public int TakeCodePoint()
    {
        var first = Take();
        return char.IsHighSurrogate(first) && char.IsLowSurrogate(Next) ? char.ConvertToUtf32(first, Take()) : first;
    }

    public bool TryTake(string expected)
    {
        if (string.CompareOrdinal(text, _at, expected, 0, expected.Length) != 0)
        {
            return false;
        }

        _at += expected.Length;
        return true;
    }

    /// <summary>The text up to a character, which is passed over too.</summary>
    public string TakeUntil(char end)
    {
        var close = text.IndexOf(end, _at);
        if (close < 0)
        {
            throw Wrong($"'{end}' is missing");
        }

        var found = text[_at..close];
        _at = close + 1;
        return found;
    }

    /// <summary>A whole number in decimal digits; null when there is none.</summary>
    public int? TryTakeNumber()
    {
        var start = _at;
        while (char.IsAsciiDigit(Next))
        {
            _at++;
        }

        return start == _at ? null
            : int.TryParse(text.AsSpan(start, _at - start), CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
    }

    /// <summary>Exactly so many hexadecimal digits.</summary>
    public int TakeHex(int digits)
    {
        var value = 0;
        for (var i = 0; i < digits; i++)
        {
            var c = Take();
            value = char.IsAsciiHexDigit(c)
                ? (value << 4) + Convert.ToInt32(c.ToString(), 16)
                : throw Wrong($"'{c}' is no hexadecimal digit");
        }

        return value;
    }

    /// <summary>An error at the place that was read last.</summary>
    public FormatException Wrong(string why) => new($"{why} (at character {Math.Min(_at, text.Length)})");
}
