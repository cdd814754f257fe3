using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.DurableTask;

namespace Pao.Orchestrator.Auditing;

/// <summary>Seals what was audited, every second, and hands what is sealed to whoever ships it.</summary>
internal sealed partial class AuditSealer(
    AuditSealing sealing, AuditShipment shipment, Heartbeats heartbeats, TimeProvider time, ILogger<AuditSealer> logger)
    : BackgroundService
{
    /// <summary>The longest that an entry is without a place, beside the time that sealing takes.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Heartbeat _beat = heartbeats.Of("audit_seals");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        var isAway = false;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await sealing.SealSomeAsync(stoppingToken) is { Count: > 0 } records)
                {
                    shipment.Ship(records);
                    _beat.Beat();
                }

                isAway = false;
                _beat.Beat();
            }
            catch (Exception e) when (e is DbException or TimeoutException)
            {
                // What was audited meanwhile was not: without the database nothing is.
                if (!isAway)
                    Log.Postponed(logger, e.Message);
                isAway = true;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Entries of the audit get their places in the chain later; trying every second: {Reason}")]
        public static partial void Postponed(ILogger logger, string reason);
    }
}
