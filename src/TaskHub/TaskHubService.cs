using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pao.TaskHub;

/// <summary>Starts the hub before the workers and stops it after them.</summary>
internal sealed partial class TaskHubService(EmbeddedTaskHub hub, ILogger<TaskHubService> logger) : IHostedLifecycleService
{
    /// <exception cref="InvalidOperationException">Another process uses the data folder, or the database is none for this build.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            hub.Node.Store.Initialize();
        }
        catch (Exception e) when (e is DbException or SocketException)
        {
            // It is away: whoever joins the hub waits for it, and says so.
        }

        hub.Start();
        Log.Started(logger, hub.Node.Store.Description);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        hub.Stop();
        hub.Node.Store.Dispose();
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(50, LogLevel.Information, "The task hub runs on {Store}.")]
        public static partial void Started(ILogger logger, string store);
    }
}
