using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.DurableTask;

namespace Pao.Orchestrator.Auditing;

/// <summary>
/// Seals what was audited, every second, and hands what is sealed to whoever ships it. Nothing that fails ends it: entries
/// without their places would go unnoticed, and their number only grows.
/// </summary>
internal sealed partial class AuditSealer(
    AuditSealing sealing, AuditShipment shipment, AuditMetrics metrics, Heartbeats heartbeats, TimeProvider time, ILogger<AuditSealer> logger)
    : BackgroundService
{
    /// <summary>The longest that an entry is without a place, beside the time that sealing takes.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>The longest rest after a failure that has nothing to do with the database being away.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly Heartbeat _beat = heartbeats.Of("audit_seals");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        var isAway = false;
        var rest = Period;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SealAllAsync(stoppingToken);
                (isAway, rest) = (false, Period);
            }
            catch (Exception e) when (e is DbException or TimeoutException)
            {
                // What was audited meanwhile was not: without the database nothing is.
                metrics.SealingFailed();
                if (!isAway)
                    Log.Postponed(logger, e.Message);
                isAway = true;
            }
#pragma warning disable CA1031 // An entry that this build cannot read, say, must not end the process: it would be the next one's, too.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                metrics.SealingFailed();
                Log.Failed(logger, e, rest.TotalSeconds);
                await Task.Delay(rest, time, stoppingToken);
                rest = rest * 2 < LongestRest ? rest * 2 : LongestRest;
            }
        }
    }

    private async Task SealAllAsync(CancellationToken cancellationToken)
    {
        while (await sealing.SealSomeAsync(cancellationToken) is { Count: > 0 } records)
        {
            shipment.Ship(records);
            _beat.Beat();
        }

        _beat.Beat();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Entries of the audit get their places in the chain later; trying every second: {Reason}")]
        public static partial void Postponed(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Error, "Entries of the audit cannot be given their places in the chain; trying again in {Seconds} s.")]
        public static partial void Failed(ILogger logger, Exception exception, double seconds);
    }
}
