using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.DurableTask;

namespace Pao.Activities.Secrets.Stores.Vault;

/// <summary>Renews tokens that operators gave, also while nobody reads a secret: one that has run out cannot be renewed.</summary>
internal sealed partial class VaultUpkeep(SecretStores stores, Heartbeats heartbeats, TimeProvider clock, ILogger<VaultUpkeep> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (stores.VaultSessions.Count is 0)
            return;

        var beat = heartbeats.Of("vault_upkeep");
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            foreach (var (name, session) in stores.VaultSessions)
                await KeepAliveAsync(name, session, stoppingToken);
            beat.Beat(Interval);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task KeepAliveAsync(string name, VaultSession session, CancellationToken cancellationToken)
    {
        try
        {
            await session.KeepAliveAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is SecretStoreException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.NotRenewed(logger, name, failure.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The token of the secret store {Store} could not be renewed; it is tried again in a minute: {Reason}")]
        public static partial void NotRenewed(ILogger logger, string store, string reason);
    }
}
