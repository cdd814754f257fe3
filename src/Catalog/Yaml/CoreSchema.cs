using System.Globalization;
using System.Text.RegularExpressions;

namespace Pao.Catalog.Yaml;

/// <summary>The values of plain scalars by YAML 1.2's core schema: <c>yes</c>, <c>no</c> and <c>on</c> are strings.</summary>
internal static partial class CoreSchema
{
    /// <returns>False when the text is a number that JSON can not hold.</returns>
    public static bool TryResolve(string text, out object? value)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                value = null;
                return true;
            case "true" or "True" or "TRUE":
                value = true;
                return true;
            case "false" or "False" or "FALSE":
                value = false;
                return true;
            default:
                value = text;
                return !LooksNumeric(text) || TryNumber(text, ref value);
        }
    }

    private static bool LooksNumeric(string text) => char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.';

    private static bool TryNumber(string text, ref object? value)
    {
        if (text.Length > 64)
        {
            return !Decimal().IsMatch(text);
        }

        if (Decimal().IsMatch(text))
        {
            return TryDecimal(text, ref value);
        }

        if (Octal().IsMatch(text))
        {
            return TryDigits(text, 8, ref value);
        }

        return Hexadecimal().IsMatch(text) ? TryDigits(text, 16, ref value) : !NotFinite().IsMatch(text);
    }

    private static bool TryDecimal(string text, ref object? value)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            value = whole;
            return true;
        }

        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact))
        {
            value = exact;
            return true;
        }

        var parsed = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var near);
        value = near;
        return parsed && double.IsFinite(near);
    }

    private static bool TryDigits(string text, int radix, ref object? value)
    {
        long number = 0;
        foreach (var digit in text.AsSpan(2))
        {
            if (number > long.MaxValue / radix - 1)
            {
                return false;
            }

            number = number * radix + Convert.ToInt32(digit.ToString(), 16);
        }

        value = number;
        return true;
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^0o[0-7]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();

    [GeneratedRegex(@"^0x[0-9a-fA-F]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z", RegexOptions.CultureInvariant)]
    private static partial Regex NotFinite();
}
