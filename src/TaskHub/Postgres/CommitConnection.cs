using Npgsql;

namespace Pao.TaskHub.Postgres;

/// <summary>
/// The committer's own connection. Straight to the server it keeps its statements prepared. Behind a pooler the next
/// transaction may run on another server connection, so nothing is left in a session there.
/// </summary>
internal sealed class CommitConnection : IDisposable
{
    private const int BufferSize = 256 * 1024;
    private const string ServerProcess = "select pg_backend_pid()";

    private readonly NpgsqlDataSource _plain;
    private readonly NpgsqlDataSource _preparing;
    private bool _mayPrepare;
    private NpgsqlConnection? _connection;

    public CommitConnection(NpgsqlConnectionStringBuilder settings, bool mayPrepare)
    {
        _mayPrepare = mayPrepare;
        var own = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            Pooling = false,
            WriteBufferSize = BufferSize, // a batch leaves in one piece, not in many that a pause can come between
        };
        _plain = NpgsqlDataSource.Create(own);
        own.MaxAutoPrepare = 50;
        own.AutoPrepareMinUsages = 2;
        _preparing = NpgsqlDataSource.Create(own);
    }

    public NpgsqlConnection Open() => _connection ??= (_mayPrepare ? OpenPreparing() : null) ?? _plain.OpenConnection();

    /// <summary>Ends the connection, whatever state it is in.</summary>
    public void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }

    /// <summary>A pooler that looked like a server is told by a statement that was prepared elsewhere.</summary>
    public void Judge(PostgresException e)
    {
        if (e.SqlState is PostgresErrorCodes.InvalidSqlStatementName or PostgresErrorCodes.DuplicatePreparedStatement)
            _mayPrepare = false;
    }

    public void Dispose()
    {
        Close();
        _plain.Dispose();
        _preparing.Dispose();
    }

    /// <summary>Null behind a pooler: it gives clients keys of its own instead of the server's process id.</summary>
    private NpgsqlConnection? OpenPreparing()
    {
        var connection = _preparing.OpenConnection();
        try
        {
            using var command = new NpgsqlCommand(ServerProcess, connection);
            if (command.ExecuteScalar() is int process && process == connection.ProcessID)
                return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        connection.Dispose();
        return null;
    }
}
