using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Pao.Catalog.Forms.Patterns;

/// <summary>
/// A set of Unicode code points, as a character class of a pattern means it, written for .NET's expressions, which see
/// UTF-16: a code point beyond the first 65,536 is two units there.
/// </summary>
internal sealed class CodePointSet
{
    private const int Last = 0x10FFFF;
    private const int FirstSurrogate = 0xD800;
    private const int LastSurrogate = 0xDFFF;
    private const int FirstOfTwoUnits = 0x10000;

    private static readonly ConcurrentDictionary<string, CodePointSet> Categories = new(StringComparer.Ordinal);

    /// <summary>Ascending, with a gap between any two.</summary>
    private readonly IReadOnlyList<(int From, int To)> _ranges;

    private CodePointSet(IReadOnlyList<(int From, int To)> ranges) => _ranges = ranges;

    public static CodePointSet Empty { get; } = new([]);

    public static CodePointSet Digits { get; } = Of(('0', '9'));

    public static CodePointSet WordCharacters { get; } = Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));

    /// <summary>White space and line ends of ECMA-262.</summary>
    public static CodePointSet Spaces { get; } = Of(
        ('\t', '\r'), (' ', ' '), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F),
        (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF));

    /// <summary>What <c>.</c> stands for.</summary>
    public static CodePointSet NoLineEnd { get; } = Of(('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029)).Complement();

    public static CodePointSet Of(params IEnumerable<(int From, int To)> ranges) => Empty.With(ranges);

    /// <summary>Those of a general category (<c>Lu</c>) or a group of them (<c>L</c>); null when there is none of that name.</summary>
    public static CodePointSet? OfCategory(string name) =>
        Names.Any(category => category.StartsWith(name, StringComparison.Ordinal)) && name.Length is 1 or 2
            ? Categories.GetOrAdd(name, Enumerate)
            : null;

    public bool Contains(int point) => _ranges.Any(range => range.From <= point && point <= range.To);

    /// <returns>The first one that is no less; null when there is none.</returns>
    public int? FirstFrom(int least) => _ranges.Where(range => range.To >= least).Select(range => (int?)Math.Max(range.From, least)).FirstOrDefault();

    public CodePointSet With(CodePointSet other) => With(other._ranges);

    public CodePointSet Complement()
    {
        var ranges = new List<(int From, int To)>();
        var next = 0;
        foreach (var (from, to) in _ranges)
        {
            if (from > next)
            {
                ranges.Add((next, from - 1));
            }

            next = to + 1;
        }

        if (next <= Last)
        {
            ranges.Add((next, Last));
        }

        return new(ranges);
    }

    /// <summary>One atom of a .NET expression that matches exactly one of these. Halves of pairs are never matched.</summary>
    public string ToDotNet()
    {
        var units = new StringBuilder();
        var pairs = new List<string>();
        foreach (var (from, to) in _ranges)
        {
            Append(units, from, Math.Min(to, FirstSurrogate - 1));
            Append(units, Math.Max(from, LastSurrogate + 1), Math.Min(to, FirstOfTwoUnits - 1));
            AddPairs(pairs, Math.Max(from, FirstOfTwoUnits), to);
        }

        var single = units.Length > 0 ? $"[{units}]" : null;
        return (single, pairs.Count) switch
        {
            (null, 0) => @"[^\s\S]",
            ({ } only, 0) => only,
            _ => $"(?:{string.Join('|', single is null ? pairs : [single, .. pairs])})",
        };
    }

    private static readonly string[] Names =
        ["Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe",
         "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn"]; // in the order of UnicodeCategory

    private static CodePointSet Enumerate(string name)
    {
        var wanted = Names.Select(category => category.StartsWith(name, StringComparison.Ordinal)).ToArray();
        var ranges = new List<(int From, int To)>();
        for (var point = 0; point <= Last; point++)
        {
            if (!wanted[(int)CharUnicodeInfo.GetUnicodeCategory(point)])
            {
                continue;
            }

            if (ranges.Count > 0 && ranges[^1].To == point - 1)
            {
                ranges[^1] = (ranges[^1].From, point);
            }
            else
            {
                ranges.Add((point, point));
            }
        }

        return new(ranges);
    }

    private CodePointSet With(IEnumerable<(int From, int To)> ranges)
    {
        var merged = new List<(int From, int To)>();
        foreach (var (from, to) in _ranges.Concat(ranges).Order())
        {
            if (merged.Count > 0 && from <= merged[^1].To + 1)
            {
                merged[^1] = (merged[^1].From, Math.Max(merged[^1].To, to));
            }
            else
            {
                merged.Add((from, to));
            }
        }

        return new(merged);
    }

    private static void Append(StringBuilder units, int from, int to)
    {
        if (from <= to)
        {
            units.Append(CultureInfo.InvariantCulture, $@"\u{from:X4}-\u{to:X4}");
        }
    }

    /// <summary>The pairs from one code point to another: those that share their first half are one range of second halves.</summary>
    private static void AddPairs(List<string> pairs, int from, int to)
    {
        while (from <= to)
        {
            var (high, low) = Halves(from);
            var (lastHigh, lastLow) = Halves(to);
            if (low == 0xDC00 && high < lastHigh)
            {
                var upTo = lastLow == 0xDFFF ? lastHigh : lastHigh - 1;
                pairs.Add(string.Create(CultureInfo.InvariantCulture, $@"[\u{high:X4}-\u{upTo:X4}][\uDC00-\uDFFF]"));
                from += (upTo - high + 1) << 10;
            }
            else
            {
                var end = high == lastHigh ? lastLow : 0xDFFF;
                pairs.Add(string.Create(CultureInfo.InvariantCulture, $@"\u{high:X4}[\u{low:X4}-\u{end:X4}]"));
                from += end - low + 1;
            }
        }
    }

    private static (int High, int Low) Halves(int point) =>
        (0xD800 + ((point - FirstOfTwoUnits) >> 10), 0xDC00 + ((point - FirstOfTwoUnits) & 0x3FF));
}
