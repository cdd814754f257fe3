namespace Pao.Catalog;

/// <summary>Finds what an author may have meant.</summary>
internal static class Nearest
{
    /// <summary>Of what is written; what it may mean is at most by a third longer.</summary>
    private const int MaxLength = 100;

    public static string? DidYouMean(string written, IEnumerable<string> known) =>
        To(written, known) is { } near ? $"did you mean '{near}'?" : null;

    public static string? To(string written, IEnumerable<string> known)
    {
        if (written.Length > MaxLength)
        {
            return null;
        }

        string? best = null;
        var least = int.MaxValue;
        foreach (var name in known)
        {
            var slips = Slips(written, name);
            if (Math.Abs(name.Length - written.Length) <= slips && Distance(written, name) is var distance && distance <= slips && distance < least)
            {
                (best, least) = (name, distance);
            }
        }

        return best;
    }

    /// <summary>How many slips of the hand still leave one word recognisable as the other.</summary>
    private static int Slips(string a, string b)
    {
        var shorter = Math.Min(a.Length, b.Length);
        return Math.Max(shorter > 2 ? 1 : 0, shorter / 3);
    }

    /// <summary>Levenshtein's, with two swapped neighbours counted as one slip, without regard to case. Three rows are enough.</summary>
    private static int Distance(string a, string b)
    {
        Span<int> before = stackalloc int[b.Length + 1];
        Span<int> last = stackalloc int[b.Length + 1];
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var least = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1));
                row[j] = i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]) ? Math.Min(least, before[j - 2] + 1) : least;
            }

            var spare = before;
            before = last;
            last = row;
            row = spare;
        }

        return last[b.Length];
    }

    private static bool Same(char a, char b) => a == b || char.ToUpperInvariant(a) == char.ToUpperInvariant(b);
}
