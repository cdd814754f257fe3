using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pao.DurableTask;

namespace Pao.Orchestrator.Retention;

/// <summary>
/// Removes requests whose time is over, in batches so small and with rests so long that nobody feels them. Every process does
/// it; they pass over each other's rows.
/// </summary>
internal sealed partial class RequestRetention(
    EndedRequests ended, IOptions<RetentionOptions> options, Heartbeats heartbeats, TimeProvider time, ILogger<RequestRetention> logger)
    : BackgroundService
{
    private const int BatchSize = 50;
    private const int RestsPerBatch = 4;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(50);

    private readonly Heartbeat _beat = heartbeats.Of("retention");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Requests is not { } kept)
        {
            _beat.End();
            return;
        }

        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                if (await SweepAsync(time.GetUtcNow() - kept, stoppingToken) is var removed and > 0)
                    Log.Removed(logger, removed, kept);
            }
            catch (Exception e) when (e is DbException or TimeoutException)
            {
                Log.Postponed(logger, e.Message);
            }

            _beat.Beat(Period); // also after a failure: what it cannot remove keeps nobody from work
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Removes all that ended before a time.</summary>
    internal async Task<int> SweepAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        for (var removed = 0; ;)
        {
            var started = time.GetTimestamp();
            var count = await ended.RemoveAsync(before, BatchSize, cancellationToken);
            removed += count;
            if (count < BatchSize)
                return removed;

            var rest = time.GetElapsedTime(started) * RestsPerBatch;
            rest = rest < ShortestRest ? ShortestRest : rest;
            _beat.Beat(rest);
            await Task.Delay(rest, time, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Removed {Count} requests that ended more than {Kept} ago.")]
        public static partial void Removed(ILogger logger, int count, TimeSpan kept);

        [LoggerMessage(2, LogLevel.Warning, "Requests that ended long ago are removed a minute later: {Reason}")]
        public static partial void Postponed(ILogger logger, string reason);
    }
}
