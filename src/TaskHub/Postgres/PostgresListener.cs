using Microsoft.Extensions.Logging;
using Npgsql;
using Pao.TaskHub.Commits;

namespace Pao.TaskHub.Postgres;

/// <summary>
/// Hears announcements on a connection of its own. A lost connection loses announcements, so every new one begins with a
/// look at everything; under all of it lies the slow poll.
/// </summary>
internal sealed partial class PostgresListener : IDisposable
{
    private readonly NpgsqlDataSource _database;
    private readonly Func<string?> _channel;
    private readonly Action<Guid?> _heard;
    private readonly Action _missed;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public PostgresListener(NpgsqlDataSource database, Func<string?> channel, Action<Guid?> heard, Action missed, ILogger logger)
    {
        _database = database;
        _channel = channel;
        _heard = heard;
        _missed = missed;
        _logger = logger;
        _loop = ListenAsync(_stop.Token);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _loop.ContinueWith(static (_, stop) => ((CancellationTokenSource)stop!).Dispose(), _stop, TaskScheduler.Default);
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        var retry = new Backoff(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(10));
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (_channel() is { } channel)
                    await HearAsync(channel, retry, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or IOException or InvalidOperationException or TimeoutException)
            {
                Log.ConnectionLost(_logger, e.Message);
            }

            await Task.Delay(retry.Next(), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task HearAsync(string channel, Backoff retry, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, notification) =>
            _heard(Guid.TryParse(notification.Payload, out var owner) ? owner : null);

        await using (var listen = new NpgsqlCommand($"listen {channel}", connection))
            await listen.ExecuteNonQueryAsync(cancellationToken);
        retry.Reset();
        _missed();
        while (true)
            await connection.WaitAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Information, "Not listening for other nodes' announcements for a moment ({Reason}); polling goes on.")]
        public static partial void ConnectionLost(ILogger logger, string reason);
    }
}
