using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.DurableTask;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Access;

/// <summary>
/// When keys were last used: noted at each call, stored once a minute, so that no call waits for it. A crash loses the last
/// minute's notes.
/// </summary>
public sealed partial class AccessKeyUses(Database database, Heartbeats heartbeats, TimeProvider time, ILogger<AccessKeyUses> logger)
    : BackgroundService
{
    private const string Store = """
        update access_keys set last_used_at = @at where id = @id and (last_used_at is null or last_used_at < @at)
        """;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    // No more than there are keys: only those that have signed a call are noted.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _noted = new(StringComparer.Ordinal);

    public void Note(string keyId) => _noted[keyId] = Clock.Microseconds(time);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await StoreAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The time to stop is over: the last minute's notes are lost, as in a crash.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var beat = heartbeats.Of("access_key_uses");
        beat.Beat(Period);
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await StoreAsync(stoppingToken);
            beat.Beat(Period);
        }
    }

    /// <summary>Stores what was noted; what cannot be stored now is kept for the next time.</summary>
    internal async Task StoreAsync(CancellationToken cancellationToken)
    {
        // In one order, so that two processes do not wait for each other's rows.
        var noted = _noted.OrderBy(use => use.Key, StringComparer.Ordinal).ToList();
        if (noted.Count == 0)
            return;

        try
        {
            await database.WriteAsync(async transaction =>
            {
                await transaction.ExecuteAsync(Store, noted, (p, use) => p.Text("id", use.Key).Time("at", use.Value), cancellationToken);
                return noted.Count;
            }, cancellationToken);
            foreach (var use in noted)
                _noted.TryRemove(use); // unless it was used again meanwhile
        }
        catch (Exception failure) when (failure is DbException or TimeoutException)
        {
            Log.Postponed(logger, failure.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "When access keys were last used cannot be stored now: {Reason}")]
        public static partial void Postponed(ILogger logger, string reason);
    }
}
