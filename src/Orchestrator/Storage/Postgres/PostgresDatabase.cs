using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Pao.Orchestrator.Storage.Postgres;

/// <summary>Requests in the schema <c>pao</c> of a PostgreSQL database that any number of processes share.</summary>
internal sealed class PostgresDatabase : Database
{
    private const string CreateSchema = "create schema if not exists pao";

    // Two processes that start on an empty database would both create it; the second waits here and finds it done.
    // A migration can take minutes: whoever waits for one looks again instead.
    private const string LockSchema = "select pg_advisory_xact_lock(hashtext('pao.schema'))";
    private const string WaitShortly = "set local lock_timeout = '3s'";
    private const string WaitAsConfigured = "set local lock_timeout to default";

    // Behind a pooler with each transaction: it gives each to whichever server connection is free, and refuses such settings
    // at connect. Durable: a 202 means on disk, whatever the server's default says. Bounded: a process that stops in the
    // middle of a transaction, without dying, does not keep its locks.
    private const string TransactionSettings = """
        select set_config('search_path', 'pao', true), set_config('synchronous_commit', 'on', true),
          set_config('idle_in_transaction_session_timeout', '10s', true);

        """;

    private const string SessionSettings = """
        set search_path = pao;
        set synchronous_commit = on;
        set idle_in_transaction_session_timeout = '10s';
        """;

    private readonly PostgresConnections _connections;

    /// <param name="connectionString">In Npgsql's format.</param>
    /// <param name="mayKeepSessions">See <see cref="DatabaseOptions.KeepsSessions"/>.</param>
    public PostgresDatabase(string connectionString, bool mayKeepSessions = true)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "pao-requests",
            CommandTimeout = CommandTimeoutSeconds,
            Timeout = CommandTimeoutSeconds,
        };
        settings.MaxPoolSize = Math.Min(settings.MaxPoolSize, 40);
        _connections = new PostgresConnections(settings, mayKeepSessions, SessionSettings);
    }

    private protected override string MigrationFolder => "Postgres";

    private protected override string Preamble => _connections.KeepsSessions ? "" : TransactionSettings;

    public override ValueTask DisposeAsync() => _connections.DisposeAsync();

    internal override string Pick(string postgres, string sqlite) => postgres;

    internal override DbParameter Uuid(string name, Guid? value) => Parameter(name, NpgsqlDbType.Uuid, value);

    internal override DbParameter Time(string name, DateTimeOffset? value) =>
        Parameter(name, NpgsqlDbType.TimestampTz, value?.UtcDateTime);

    internal override DbParameter Json(string name, string? value) => Parameter(name, NpgsqlDbType.Jsonb, value);

    internal override DbParameter Text(string name, string? value) => Parameter(name, NpgsqlDbType.Text, value);

    internal override DbParameter Bytes(string name, ReadOnlyMemory<byte>? value) => Parameter(name, NpgsqlDbType.Bytea, value);

    internal override DbParameter Number(string name, long? value) => Parameter(name, NpgsqlDbType.Bigint, value);

    internal override DateTimeOffset ReadTime(DbDataReader reader, int ordinal) =>
        reader.GetFieldValue<DateTimeOffset>(ordinal);

    private protected override Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private protected override async Task<bool> LockSchemaAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(WaitShortly, _ => { }, cancellationToken);
        try
        {
            await transaction.ExecuteAsync(LockSchema, _ => { }, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }

        await transaction.ExecuteAsync(WaitAsConfigured, _ => { }, cancellationToken);
        await transaction.ExecuteAsync(CreateSchema, _ => { }, cancellationToken);
        return true;
    }

    private protected override async Task<DbConnection> OpenReaderAsync(CancellationToken cancellationToken) =>
        await _connections.OpenAsync(cancellationToken);

    private protected override async Task<Transaction> BeginAsync(CancellationToken cancellationToken)
    {
        var connection = await _connections.OpenAsync(cancellationToken);
        try
        {
            return new Transaction(
                this, connection, await connection.BeginTransactionAsync(cancellationToken), _ => connection.DisposeAsync());
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static NpgsqlParameter Parameter(string name, NpgsqlDbType type, object? value) =>
        new(name, type) { Value = value ?? DBNull.Value };
}
