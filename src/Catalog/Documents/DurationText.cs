using System.Globalization;
using System.Text.RegularExpressions;

namespace Pao.Catalog.Documents;

/// <summary>Durations as authors write them: a number and a unit.</summary>
public static partial class DurationText
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    /// <summary>Whether it is a number and a unit at all, in bounds or not.</summary>
    public static bool IsWritten(string text) => Written().IsMatch(text);

    public static bool TryParse(string text, out TimeSpan duration)
    {
        foreach (var (unit, length) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && decimal.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                && count <= 365m * TimeSpan.TicksPerDay
                && count * length.Ticks is >= 1 and var ticks
                && ticks <= 365m * TimeSpan.TicksPerDay)
            {
                duration = TimeSpan.FromTicks((long)ticks);
                return true;
            }
        }

        duration = default;
        return false;
    }

    [GeneratedRegex(@"^[0-9]{1,12}(\.[0-9]{1,6})?(ms|s|m|h|d)\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Written();
}
