namespace Pao.Activities.Resilience;

/// <summary>
/// Lets those who waited for a system back in: one in the first interval, then two, four, eight, up to a largest wave.
/// Who comes when a wave is full is given a place in a later one, spread over its interval.
/// </summary>
internal sealed class Waves(DateTimeOffset begin, TimeSpan interval, int largest)
{
    private readonly Dictionary<long, int> _taken = [];
    private long _first;

    /// <summary>Takes the first free place.</summary>
    /// <returns>When it may be used: now, or later.</returns>
    public DateTimeOffset Take(DateTimeOffset now)
    {
        var current = At(now);
        for (; _first < current; _first++)
            _taken.Remove(_first);

        var wave = current;
        while (_taken.GetValueOrDefault(wave) >= SizeOf(wave))
            wave++;
        var place = _taken.GetValueOrDefault(wave);
        _taken[wave] = place + 1;
        return wave == current ? now : begin + (interval * wave) + (interval * ((double)place / SizeOf(wave)));
    }

    /// <summary>Whether the waves have grown to their largest.</summary>
    public bool HaveGrown(DateTimeOffset now) => SizeOf(At(now)) >= largest;

    private long At(DateTimeOffset now) => now <= begin ? 0 : (long)((now - begin) / interval);

    private int SizeOf(long wave) => wave >= 30 ? largest : Math.Min(largest, 1 << (int)wave);
}
