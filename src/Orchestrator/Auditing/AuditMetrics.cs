using System.Diagnostics.Metrics;

namespace Pao.Orchestrator.Auditing;

/// <summary>What the audit could not do in time, as the meter <c>Pao.Audit</c>. Nothing of it is lost: it is in the database.</summary>
public sealed class AuditMetrics : IDisposable
{
    public const string MeterName = "Pao.Audit";
    public const string SealingFailures = "pao.audit.sealing.failures";
    public const string ShipmentDropped = "pao.audit.shipment.dropped";

    private readonly Meter _meter;
    private readonly bool _isOwn;
    private readonly Counter<long> _sealingFailures;
    private readonly Counter<long> _shipmentDropped;

    /// <param name="meters">Where meters come from; null for one that nobody else knows.</param>
    public AuditMetrics(IMeterFactory? meters = null)
    {
        _isOwn = meters is null;
        _meter = meters?.Create(new MeterOptions(MeterName)) ?? new Meter(MeterName);
        _sealingFailures = _meter.CreateCounter<long>(
            SealingFailures, "{failure}", "Rounds in which entries of the audit could not be given their places in the chain.");
        _shipmentDropped = _meter.CreateCounter<long>(
            ShipmentDropped, "{line}", "Lines of the audit that were not written to the standard output.");
    }

    internal void SealingFailed() => _sealingFailures.Add(1);

    internal void LinesDropped(long count) => _shipmentDropped.Add(count);

    public void Dispose()
    {
        if (_isOwn)
            _meter.Dispose();
    }
}
