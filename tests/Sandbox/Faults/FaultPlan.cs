namespace Pao.Sandbox.Faults;

/// <summary>What share of calls fails (before any effect) and what share hangs (after the effect, until given up).</summary>
/// <param name="Path">What the path of such a call begins with; null means every call.</param>
/// <param name="Status">What a failing call is answered; 0 cuts its connection, null means 503.</param>
internal sealed record FaultRates(double Fail, double Hang, int? Seed, string? Path = null, int? Status = null);

internal sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private FaultRates _rates = new(0, 0, null);
    private Random _random = new();

    public void Set(FaultRates rates)
    {
        lock (_gate)
        {
            _rates = rates;
            _random = rates.Seed is { } seed ? new Random(seed) : new Random();
        }
    }

    /// <returns>The status to fail with, null to succeed; and whether to hang then.</returns>
    public (int? Fails, bool Hangs) Roll(PathString path)
    {
        lock (_gate)
        {
            if (_rates.Path is { } prefix && path.Value?.StartsWith(prefix, StringComparison.Ordinal) is not true)
                return (null, false);

            var roll = _random.NextDouble();
            return (roll < _rates.Fail ? _rates.Status ?? 503 : null, roll >= _rates.Fail && roll < _rates.Fail + _rates.Hang);
        }
    }
}
