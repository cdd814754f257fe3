using Microsoft.Extensions.Logging;
using Npgsql;
using Pao.TaskHub.Commits;

namespace Pao.TaskHub.Postgres;

/// <summary>
/// Hears announcements on a connection of its own. A lost connection loses announcements, so every new one begins with a
/// look at everything, and with a notification to itself: through a pooler in transaction mode none arrives.
/// </summary>
internal sealed partial class PostgresListener : IDisposable
{
    private const string ProbePrefix = "probe ";
    private const string Notify = "select pg_notify($1, $2)";

    // A connection that a router has forgotten, or whose host is gone, looks like one on which nothing is said.
    private const int KeepAliveSeconds = 30;

    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource _database;
    private readonly NpgsqlDataSource _own;
    private readonly Func<string?> _channel;
    private readonly Action<Guid?> _heard;
    private readonly Action _missed;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private volatile Hearing _hearing;

    /// <param name="database">Where notifications are sent.</param>
    /// <param name="settings">Of the connection that listens.</param>
    /// <param name="channel">Null until the hub's schema is there.</param>
    /// <param name="heard">The payload's node, or null.</param>
    /// <param name="missed">Announcements may have been lost.</param>
    /// <param name="logger">Where it is told whether notifications arrive.</param>
    public PostgresListener(
        NpgsqlDataSource database, NpgsqlConnectionStringBuilder settings, Func<string?> channel, Action<Guid?> heard, Action missed, ILogger logger)
    {
        _database = database;
        _own = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false, KeepAlive = KeepAliveSeconds });
        _channel = channel;
        _heard = heard;
        _missed = missed;
        _logger = logger;
        _loop = ListenAsync(_stop.Token);
    }

    public Hearing Hearing => _hearing;

    public void Dispose()
    {
        _stop.Cancel();
        _loop.ContinueWith(
            (_, _) =>
            {
                _stop.Dispose();
                _own.Dispose();
            },
            null,
            TaskScheduler.Default);
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
                else
                    retry.Reset(); // nothing has failed: the schema is being made
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it was (a name that cannot be resolved is a SocketException): one who listens no more would not be missed.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (_hearing == Hearing.Yes)
                    _hearing = Hearing.Unknown;
                Log.ConnectionLost(_logger, e.Message);
            }

            await Task.Delay(retry.Next(), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task HearAsync(string channel, Backoff retry, CancellationToken cancellationToken)
    {
        await using var connection = await _own.OpenConnectionAsync(cancellationToken);
        var probe = ProbePrefix + Guid.NewGuid().ToString("N");
        var arrived = false;
        connection.Notification += (_, notification) =>
        {
            if (notification.Payload == probe)
                arrived = true;
            else if (!notification.Payload.StartsWith(ProbePrefix, StringComparison.Ordinal))
                _heard(Guid.TryParse(notification.Payload, out var owner) ? owner : null);
        };

        await ExecuteAsync(connection, $"listen {channel}", cancellationToken);
        retry.Reset();
        _missed();
        await ProbeAsync(channel, probe, cancellationToken);
        var asked = TimeProvider.System.GetTimestamp();
        while (!arrived && ProbePatience - TimeProvider.System.GetElapsedTime(asked) is var rest && rest > TimeSpan.Zero)
            await connection.WaitAsync((int)Math.Ceiling(rest.TotalMilliseconds), cancellationToken); // 0 ms would be for ever

        await TellAsync(connection, arrived, cancellationToken);
        while (true)
            await connection.WaitAsync(cancellationToken); // also without notifications: a new connection is probed again
    }

    /// <summary>From another connection: one that listens would hear itself through any pooler.</summary>
    private async Task ProbeAsync(string channel, string probe, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(Notify);
        command.Parameters.Add(Rows.Text(channel));
        command.Parameters.Add(Rows.Text(probe));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task TellAsync(NpgsqlConnection connection, bool arrived, CancellationToken cancellationToken)
    {
        var before = _hearing;
        _hearing = arrived ? Hearing.Yes : Hearing.No;
        if (arrived && before == Hearing.No)
            Log.Listening(_logger);
        if (arrived)
            return;

        if (before != Hearing.No)
            Log.Polling(_logger);
        await ExecuteAsync(connection, "unlisten *", cancellationToken); // the server connection belongs to everybody
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Information, "Not listening for other nodes' announcements for a moment ({Reason}); polling goes on.")]
        public static partial void ConnectionLost(ILogger logger, string reason);

        [LoggerMessage(41, LogLevel.Information, "Notifications do not arrive from the task hub's database, as behind a connection pooler in transaction mode: other nodes' messages are found by polling.")]
        public static partial void Polling(ILogger logger);

        [LoggerMessage(42, LogLevel.Information, "Notifications arrive from the task hub's database again.")]
        public static partial void Listening(ILogger logger);
    }
}

/// <summary>Whether notifications arrive.</summary>
internal enum Hearing
{
    Unknown,
    Yes,
    No,
}
