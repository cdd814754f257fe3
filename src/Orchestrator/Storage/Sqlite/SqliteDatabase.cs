using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Pao.Orchestrator.Storage.Sqlite;

/// <summary>
/// Requests in one file. SQLite admits one writer at a time, so writers queue here, where waiting is cheap, instead of
/// in its busy loop; readers see the last commit and wait for nobody.
/// </summary>
internal sealed class SqliteDatabase : Database
{
    // Versions before this one can corrupt a write-ahead log that is reset while another connection writes.
    private static readonly Version Oldest = new(3, 51, 3);

    // Another process on the file is waited for by SQLite itself, in steps of milliseconds; the driver's are 150 ms.
    private const string DurableWrites = """
        pragma busy_timeout = 5000;
        pragma journal_mode = wal;
        pragma synchronous = full; -- a commit is on disk when it is acknowledged
        pragma foreign_keys = on;
        """;

    private readonly string _connectionString;
    private readonly SemaphoreSlim _turn = new(1);
    private SqliteConnection? _writer;

    public SqliteDatabase(string file) =>
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            DefaultTimeout = CommandTimeoutSeconds,
        }.ConnectionString;

    private protected override string MigrationFolder => "Sqlite";

    public override async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        await CloseWriterAsync();
        await using (var connection = new SqliteConnection(_connectionString))
            SqliteConnection.ClearPool(connection);
        _turn.Dispose();
    }

    internal override string Pick(string postgres, string sqlite) => sqlite;

    internal override DbParameter Uuid(string name, Guid? value) => Parameter(name, value?.ToString());

    internal override DbParameter Time(string name, DateTimeOffset? value) =>
        Parameter(name, (value - DateTimeOffset.UnixEpoch)?.Ticks / TimeSpan.TicksPerMicrosecond);

    internal override DbParameter Json(string name, string? value) => Parameter(name, value);

    internal override DbParameter Text(string name, string? value) => Parameter(name, value);

    internal override DbParameter Bytes(string name, ReadOnlyMemory<byte>? value) => Parameter(name, value?.ToArray());

    internal override DbParameter Number(string name, long? value) => Parameter(name, value);

    internal override DateTimeOffset ReadTime(DbDataReader reader, int ordinal) =>
        DateTimeOffset.UnixEpoch.AddTicks(reader.GetInt64(ordinal) * TimeSpan.TicksPerMicrosecond);

    private protected override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        if (Version.Parse(connection.ServerVersion) < Oldest)
            throw new InvalidOperationException(
                $"SQLite {connection.ServerVersion} can corrupt its write-ahead log; PAO needs {Oldest} or later.");
    }

    private protected override Task<bool> LockSchemaAsync(Transaction transaction, CancellationToken cancellationToken) =>
        Task.FromResult(true); // the transaction has the write lock already

    private protected override async Task<DbConnection> OpenReaderAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private protected override async Task<Transaction> BeginAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var writer = _writer ??= await OpenWriterAsync(cancellationToken);
            return new Transaction(this, writer, writer.BeginTransaction(deferred: false), ReleaseAsync);
        }
        catch
        {
            await CloseWriterAsync();
            _turn.Release();
            throw;
        }
    }

    // After a failed fsync a later one can answer ok although the data is gone: a connection whose commit failed is
    // closed, and what the file really holds is read anew.
    private async ValueTask ReleaseAsync(bool broken)
    {
        if (broken)
            await CloseWriterAsync();
        _turn.Release();
    }

    private async Task CloseWriterAsync()
    {
        if (_writer is { } writer)
            await writer.DisposeAsync();
        _writer = null;
    }

    private async Task<SqliteConnection> OpenWriterAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(_connectionString) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = DurableWrites;
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static SqliteParameter Parameter(string name, object? value) => new("@" + name, value ?? DBNull.Value);
}
