namespace Pao.Sandbox.Faults;

/// <summary>What share of calls fails (503, before any effect) and what share hangs (after the effect, until given up).</summary>
internal sealed record FaultRates(double Fail, double Hang, int? Seed);

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

    public (bool Fails, bool Hangs) Roll()
    {
        lock (_gate)
        {
            var roll = _random.NextDouble();
            return (roll < _rates.Fail, roll >= _rates.Fail && roll < _rates.Fail + _rates.Hang);
        }
    }
}
