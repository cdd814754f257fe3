using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.DurableTask;

namespace Pao.Orchestrator.Storage;

/// <summary>Brings the schema up to date when the host starts, and goes on trying while the database is away.</summary>
internal sealed partial class DatabaseStartup(Database database, Heartbeats heartbeats, TimeProvider time, ILogger<DatabaseStartup> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);
    private readonly Heartbeat _beat = heartbeats.Of("migrations");
    private bool _migrated;

    // The first attempt is made before the server listens: normally no request ever meets a database that is not ready.
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryMigrateAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RetryInterval, time);
        while (!_migrated && await timer.WaitForNextTickAsync(stoppingToken))
            await TryMigrateAsync(stoppingToken);
        _beat.End();
    }

    private async Task TryMigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            _migrated = await database.MigrateAsync(time, cancellationToken);
            if (_migrated)
                Log.Ready(logger);
            else
                Log.Waits(logger);
        }
        catch (DbException e)
        {
            Log.NotReady(logger, RetryInterval.TotalSeconds, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The request database is ready.")]
        public static partial void Ready(ILogger logger);

        [LoggerMessage(2, LogLevel.Error, "The request database cannot be used yet; trying again every {Seconds} s: {Reason}")]
        public static partial void NotReady(ILogger logger, double seconds, string reason);

        [LoggerMessage(3, LogLevel.Information, "Another process brings the request database up to date; waiting for it.")]
        public static partial void Waits(ILogger logger);
    }
}
