namespace Pao.Catalog;

/// <summary>Finds what an author may have meant.</summary>
internal static class Nearest
{
    public static string? DidYouMean(string written, IEnumerable<string> known) =>
        To(written, known) is { } near ? $"did you mean '{near}'?" : null;

    public static string? To(string written, IEnumerable<string> known)
    {
        if (written.Length > 100)
        {
            return null;
        }

        var best = known
            .Select(name => (Name: name, Distance: Distance(written.ToUpperInvariant(), name.ToUpperInvariant())))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault();
        if (best.Name is null)
        {
            return null;
        }

        var shorter = Math.Min(written.Length, best.Name.Length);
        return best.Distance <= Math.Max(shorter > 2 ? 1 : 0, shorter / 3) ? best.Name : null;
    }

    /// <summary>Levenshtein's, with two swapped neighbours counted as one slip.</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                rows[i, j] = (i, j) switch
                {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => Step(rows, a, b, i, j),
                };
            }
        }

        return rows[a.Length, b.Length];
    }

    private static int Step(int[,] rows, string a, string b, int i, int j)
    {
        var cost = a[i - 1] == b[j - 1] ? 0 : 1;
        var least = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
        return i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]
            ? Math.Min(least, rows[i - 2, j - 2] + 1)
            : least;
    }
}
