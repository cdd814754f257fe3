namespace Pao.Activities.Resilience;

/// <summary>How a gate spaces those who wait.</summary>
internal sealed record GateSettings(TimeSpan WaveInterval, int LargestWave)
{
    /// <summary>Between those who ask again at the end of a break.</summary>
    public TimeSpan Spacing { get; init; } = TimeSpan.FromMilliseconds(20);

    public TimeSpan LongestSpread { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the others wait while one tests the system, and for how long nobody else does.</summary>
    public TimeSpan TestPause { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan TestTime { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan BusyPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Who has not come back this long after it was to is no longer waited for: its request was ended.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    public int MaxParked { get; init; } = 10_000;
}

/// <summary>
/// Decides who may go to one external system. While its breaker is open they are parked, and one at a time tests it; once it
/// has closed they are let in in waves. Those who are parked are known by their keys: whoever asks again keeps its place.
/// </summary>
internal sealed class SystemGate(string system, GateSettings settings, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Place> _parked = new(StringComparer.Ordinal);

    private bool _isOpen;
    private DateTimeOffset _since = clock.GetUtcNow();
    private DateTimeOffset _breakEnds;
    private (string Key, DateTimeOffset Until)? _test;
    private Waves? _waves;
    private DateTimeOffset _swept;

    /// <summary>Since when the breaker has been as it is.</summary>
    public DateTimeOffset Since
    {
        get
        {
            lock (_lock)
                return _since;
        }
    }

    public string? LastError { get; set; }

    public int CountParked()
    {
        lock (_lock)
        {
            Sweep(clock.GetUtcNow());
            return _parked.Count;
        }
    }

    /// <summary>The breaker opened, for the first time or again, for this long.</summary>
    public void Open(TimeSpan time)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (!_isOpen)
                _since = now;
            (_isOpen, _breakEnds, _test, _waves) = (true, now + time, null, null);
        }
    }

    /// <summary>The breaker closed.</summary>
    public void Close()
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (_isOpen)
                (_since, _waves) = (now, new Waves(now, settings.WaveInterval, settings.LargestWave));
            (_isOpen, _test) = (false, null);

            // The places were of the time of the break.
            foreach (var (key, place) in _parked.ToArray())
                _parked[key] = place with { IsReserved = false };
        }
    }

    /// <param name="key">The same each time that the same one asks.</param>
    /// <param name="hasRoom">Whether the system can be given another call.</param>
    public Admission Enter(string key, bool hasRoom)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            Sweep(now);
            if (_isOpen)
                return Test(key, now);
            if (_waves is not null)
                return Surf(_waves, key, now);
            return hasRoom ? Admit(key) : Park(key, ParkedReason.Busy, now + settings.BusyPause, now);
        }
    }

    private Admission Test(string key, DateTimeOffset now)
    {
        if (now < _breakEnds)
            return Park(key, ParkedReason.Unavailable, _breakEnds, now);
        if (_test is { } test && test.Key != key && now < test.Until)
            return Park(key, ParkedReason.Unavailable, now + settings.TestPause, now);

        _test = (key, now + settings.TestTime);
        return Admit(key);
    }

    private Admission Surf(Waves waves, string key, DateTimeOffset now)
    {
        var until = _parked.TryGetValue(key, out var place) && place.IsReserved ? place.Until : waves.Take(now);
        if (until > now)
            return Keep(key, new Place(place?.Position ?? _parked.Count, until, IsReserved: true), ParkedReason.Recovering, now);

        _parked.Remove(key);
        if (waves.HaveGrown(now) && !_parked.Values.Any(other => other.IsReserved))
            _waves = null;
        return Admission.Admitted.Now;
    }

    private Admission.Admitted Admit(string key)
    {
        _parked.Remove(key);
        return Admission.Admitted.Now;
    }

    /// <summary>Parked in the order in which they came, so that not all ask again in the same instant.</summary>
    private Admission.Parked Park(string key, ParkedReason reason, DateTimeOffset from, DateTimeOffset now)
    {
        var position = _parked.GetValueOrDefault(key)?.Position ?? _parked.Count;
        var spread = settings.Spacing * position;
        var until = from + (spread < settings.LongestSpread ? spread : settings.LongestSpread);
        return Keep(key, new Place(position, until, IsReserved: false), reason, now);
    }

    private Admission.Parked Keep(string key, Place place, ParkedReason reason, DateTimeOffset now)
    {
        if (_parked.Count < settings.MaxParked || _parked.ContainsKey(key))
            _parked[key] = place;
        DateTimeOffset? since = reason is ParkedReason.Busy ? null : _since;
        return new Admission.Parked(system, reason, since, LastError, place.Until, place.Until - now);
    }

    private void Sweep(DateTimeOffset now)
    {
        if (now - _swept < TimeSpan.FromSeconds(1))
            return;

        _swept = now;
        foreach (var (key, place) in _parked.ToArray())
            if (place.Until + settings.Patience < now)
                _parked.Remove(key);
    }

    private sealed record Place(int Position, DateTimeOffset Until, bool IsReserved);
}
