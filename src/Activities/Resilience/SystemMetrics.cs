using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pao.Activities.Resilience;

/// <summary>
/// What can be measured of calls to external systems. Systems are told apart by the tag <c>system</c>; from the hundredth on
/// they are <c>other</c>, since templates could make names without end.
/// </summary>
internal sealed class SystemMetrics : IDisposable
{
    public const string MeterName = "Pao.Activities";

    private const int NamedSystems = 100;

    private readonly ConcurrentDictionary<string, string> _tags = new(StringComparer.Ordinal);
    private readonly Meter _meter;
    private readonly bool _isOwn;
    private readonly Counter<long> _calls;
    private readonly Histogram<double> _duration;

    public SystemMetrics(IMeterFactory? meters, Func<IReadOnlyList<SystemStanding>> look)
    {
        // A meter of the factory ends with it.
        _isOwn = meters is null;
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _calls = _meter.CreateCounter<long>("pao.activities.calls", "{call}", "Calls to external systems, by outcome.");
        _duration = _meter.CreateHistogram<double>("pao.activities.call.duration", "s", "How long calls took until the end of the answer.");
        Gauge("pao.activities.breaker.state", "{state}", "0: closed, 1: one call tests the system, 2: open.",
            standings => standings.Max(standing => (int)standing.State));
        Gauge("pao.activities.calls.in_flight", "{call}", "Calls under way.", standings => standings.Sum(standing => standing.InFlight));
        Gauge("pao.activities.parked", "{action}", "Actions that wait for a system.", standings => standings.Sum(standing => standing.Parked));

        void Gauge(string name, string unit, string description, Func<IEnumerable<SystemStanding>, int> value) =>
            _meter.CreateObservableGauge(
                name,
                () => look().GroupBy(standing => TagOf(standing.System))
                    .Select(group => new Measurement<int>(value(group), new KeyValuePair<string, object?>("system", group.Key))),
                unit, description);
    }

    public CallMeasurement Begin(string system) => new(this, TagOf(system), Stopwatch.GetTimestamp());

    public void Dispose()
    {
        if (_isOwn)
            _meter.Dispose();
    }

    private string TagOf(string system) =>
        _tags.TryGetValue(system, out var known) ? known : _tags.Count < NamedSystems ? _tags.GetOrAdd(system, system) : "other";

    internal readonly record struct CallMeasurement(SystemMetrics Metrics, string System, long Begun)
    {
        public void End(string outcome)
        {
            KeyValuePair<string, object?> system = new("system", System), result = new("outcome", outcome);
            Metrics._calls.Add(1, system, result);
            Metrics._duration.Record(Stopwatch.GetElapsedTime(Begun).TotalSeconds, system, result);
        }
    }
}
