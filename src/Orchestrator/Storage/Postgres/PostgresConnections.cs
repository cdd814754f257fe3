using Npgsql;

namespace Pao.Orchestrator.Storage.Postgres;

/// <summary>
/// Connections to the server itself keep their settings and their prepared statements. Behind a pooler the next transaction
/// may run on another server connection, so nothing is left in a session there.
/// </summary>
internal sealed class PostgresConnections : IAsyncDisposable
{
    private const int MostPrepared = 100;

    private const string ServerProcess = "select pg_backend_pid()";

    private readonly NpgsqlDataSource _plain;
    private readonly NpgsqlDataSource _keeping;
    private volatile bool _keepsSessions;

    /// <param name="settings">Where the server is, and how long it may take.</param>
    /// <param name="mayKeepSessions">Whether it may be tried: see <see cref="DatabaseOptions.KeepsSessions"/>.</param>
    /// <param name="sessionSettings">Statements for a new session, where sessions are kept.</param>
    public PostgresConnections(NpgsqlConnectionStringBuilder settings, bool mayKeepSessions, string sessionSettings)
    {
        _keepsSessions = mayKeepSessions;
        var own = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            NoResetOnClose = true, // what stays in a session is meant for the next one, and behind a pooler nothing stays
            MaxAutoPrepare = 0,
        };
        _plain = NpgsqlDataSource.Create(own);
        own.MaxAutoPrepare = MostPrepared;
        own.AutoPrepareMinUsages = 2;
        var keeping = new NpgsqlDataSourceBuilder(own.ConnectionString);
        keeping.UsePhysicalConnectionInitializer(
            _ => throw new NotSupportedException("Connections are opened asynchronously."),
            connection => BeginSessionAsync(connection, sessionSettings));
        _keeping = keeping.Build();
    }

    /// <summary>False from when a pooler was met.</summary>
    public bool KeepsSessions => _keepsSessions;

    public async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_keepsSessions)
                return await _keeping.OpenConnectionAsync(cancellationToken);
        }
        catch (PoolerMetException)
        {
            _keepsSessions = false;
        }

        return await _plain.OpenConnectionAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _keeping.DisposeAsync();
        await _plain.DisposeAsync();
    }

    /// <summary>A pooler gives clients keys of its own instead of the server's process id.</summary>
    private static async Task BeginSessionAsync(NpgsqlConnection connection, string settings)
    {
        await using var ask = new NpgsqlCommand(ServerProcess, connection);
        if (await ask.ExecuteScalarAsync() is not int process || process != connection.ProcessID)
            throw new PoolerMetException();

        await using var set = new NpgsqlCommand(settings, connection);
        await set.ExecuteNonQueryAsync();
    }

    private sealed class PoolerMetException : Exception;
}
