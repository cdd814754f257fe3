using System.Globalization;

namespace Pao.Catalog.Documents;

/// <summary>Durations as authors write them: a number and a unit.</summary>
internal static class DurationText
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        foreach (var (unit, length) in Units)
        {
            if (text.Length <= 16
                && text.EndsWith(unit, StringComparison.Ordinal)
                && decimal.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                && count * length.Ticks is > 0 and var ticks
                && ticks <= TimeSpan.FromDays(365).Ticks)
            {
                duration = TimeSpan.FromTicks((long)ticks);
                return true;
            }
        }

        duration = default;
        return false;
    }
}
