using System.Diagnostics.Metrics;

namespace Pao.Api.Telemetry;

/// <summary>What the host itself measures, as the meter <c>Pao.Api</c>.</summary>
internal sealed class ProcessMetrics
{
    private static readonly KeyValuePair<string, object?> Hit = new("result", "hit");
    private static readonly KeyValuePair<string, object?> Miss = new("result", "miss");

    private readonly Counter<long> _lookups;
    private long _dropped;

    public ProcessMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Pao.Api");
        _lookups = meter.CreateCounter<long>("pao.catalog.cache.lookups", "{lookup}", "Answers about the catalog that were kept (hit) or had to be written (miss).");
        meter.CreateObservableCounter("pao.log.dropped", () => Interlocked.Read(ref _dropped), "{line}", "Log lines that nobody read in time, or that could not be written.");
    }

    public void CacheLookedUp(bool isHit) => _lookups.Add(1, isHit ? Hit : Miss);

    public void LogLinesDropped(int lines) => Interlocked.Add(ref _dropped, lines);
}
