using System.Diagnostics;

namespace Pao.Catalog.Forms.Patterns;

/// <summary>
/// What the patterns of one form may cost together, to be read and to be matched once: a single one is bounded by itself,
/// but a document may have hundreds. Not thread-safe: memory is counted on the thread that works.
/// </summary>
internal sealed class MatchingCost
{
    private const long MaxBytes = 10_000_000;

    private static readonly TimeSpan MaxTime = TimeSpan.FromMilliseconds(300);

    private TimeSpan _time;
    private long _bytes;

    private bool IsSpent => _bytes > MaxBytes || _time > MaxTime;

    /// <summary>Why the text is no pattern, or none that this form can have too; null when it is one.</summary>
    public string? Problem(string pattern)
    {
        if (_bytes > MaxBytes)
        {
            return "the patterns of this form are too large together";
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var problem = FieldPattern.Problem(pattern);
        _bytes += GC.GetAllocatedBytesForCurrentThread() - before;
        return problem;
    }

    /// <returns>Null when it took too long to tell, or the patterns before it took too long together.</returns>
    public bool? IsMatch(string pattern, string text)
    {
        if (IsSpent)
        {
            return null;
        }

        var (before, started) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        var matches = FieldPattern.IsMatch(pattern, text);
        _time += Stopwatch.GetElapsedTime(started);
        _bytes += GC.GetAllocatedBytesForCurrentThread() - before;
        return matches;
    }
}
