using System.Data.Common;
using Pao.Orchestrator.Telemetry;

namespace Pao.Orchestrator.Storage;

/// <summary>
/// The database that requests live in: how it is opened, and how it writes an id, a time and a JSON document. The
/// statements are the same for both kinds, and stand beside the store that uses them.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    /// <summary>A store that cannot be reached answers within this time instead of holding the caller.</summary>
    private protected const int CommandTimeoutSeconds = 5;

    // A transaction with an id of its own is written to the log with its commit, and locks nothing.
    private const string ProvePostgres = "select pg_current_xact_id()";

    // Writes the file's first page as it is; nothing else uses this number.
    private const string ProveSqlite = "pragma user_version = 1";

    /// <summary>The command timeout that is none.</summary>
    internal const int Unlimited = 0;

    private volatile bool _migrated;

    /// <summary>
    /// Why nothing can be stored now; null when it can, which a commit shows: a database that only answers, as a standby or
    /// one on a full disk, keeps nothing.
    /// </summary>
    public async Task<string?> WhyUnusableAsync(CancellationToken cancellationToken)
    {
        if (!_migrated)
            return "The schema is not there yet.";

        try
        {
            return await WriteAsync<string?>(
                async transaction =>
                {
                    await transaction.ExecuteAsync(Pick(ProvePostgres, ProveSqlite), _ => { }, cancellationToken);
                    return null;
                },
                cancellationToken);
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            return e.Message;
        }
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>Counts what is committed; null where nobody asks.</summary>
    internal RequestMetrics? Metrics { get; set; }

    private protected abstract string MigrationFolder { get; }

    /// <summary>A query with one result that goes ahead of each transaction's first statement, in the same round trip.</summary>
    private protected virtual string Preamble => "";

    /// <summary>Brings the schema up to date; processes that start together take turns.</summary>
    /// <returns>False when another process is at it, and takes long.</returns>
    internal async Task<bool> MigrateAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        await using (var transaction = await BeginAsync(cancellationToken))
        {
            if (!await LockSchemaAsync(transaction, cancellationToken))
                return false;
            transaction.IsPatient = true;
            await Migrations.ApplyAsync(transaction, MigrationFolder, time, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        _migrated = true;
        return true;
    }

    internal async Task<List<T>> ReadAsync<T>(
        string sql, Action<Parameters> bind, Func<Row, T> read, CancellationToken cancellationToken)
    {
        RefuseBeforeMigration();
        await using var connection = await OpenReaderAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        return await ReadAsync(command, sql, bind, read, begins: true, cancellationToken);
    }

    /// <summary>Runs statements that are stored together or not at all.</summary>
    internal async Task<T> WriteAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancellationToken)
    {
        RefuseBeforeMigration();
        await using var transaction = await BeginAsync(cancellationToken);
        try
        {
            var result = await work(transaction);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        catch (DbException refused) when (refused.SqlState is ['2', '2', ..])
        {
            throw new ValueRefusedException(refused);
        }
    }

    internal async Task<List<T>> ReadAsync<T>(
        DbCommand command, string sql, Action<Parameters> bind, Func<Row, T> read, bool begins, CancellationToken cancellationToken)
    {
        var preamble = begins ? Preamble : ""; // once: it changes when a pooler turns up in between
        Prepare(command, preamble + sql, bind);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (preamble.Length > 0)
            await reader.NextResultAsync(cancellationToken);
        var row = new Row(reader, this);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(row));
        return rows;
    }

    internal async Task<int> ExecuteAsync(
        DbCommand command, string sql, Action<Parameters> bind, bool begins, CancellationToken cancellationToken)
    {
        Prepare(command, begins ? Preamble + sql : sql, bind);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    internal async Task ExecuteAsync<T>(
        DbBatch batch,
        string sql,
        IReadOnlyCollection<T> rows,
        Action<Parameters, T> bind,
        bool begins,
        CancellationToken cancellationToken)
    {
        batch.Timeout = CommandTimeoutSeconds;
        var preamble = begins ? Preamble : "";
        if (preamble.Length > 0)
            Add(batch, preamble);
        foreach (var row in rows)
            bind(new Parameters(Add(batch, sql).Parameters, this), row);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The text for this database, of the few statements that differ.</summary>
    internal abstract string Pick(string postgres, string sqlite);

    internal abstract DbParameter Uuid(string name, Guid? value);

    internal abstract DbParameter Time(string name, DateTimeOffset? value);

    internal abstract DbParameter Json(string name, string? value);

    internal abstract DbParameter Text(string name, string? value);

    internal abstract DbParameter Bytes(string name, ReadOnlyMemory<byte>? value);

    internal abstract DbParameter Number(string name, long? value);

    internal abstract DateTimeOffset ReadTime(DbDataReader reader, int ordinal);

    /// <summary>What a database needs before its first transaction.</summary>
    private protected abstract Task PrepareAsync(CancellationToken cancellationToken);

    private protected abstract Task<bool> LockSchemaAsync(Transaction transaction, CancellationToken cancellationToken);

    private protected abstract Task<DbConnection> OpenReaderAsync(CancellationToken cancellationToken);

    private protected abstract Task<Transaction> BeginAsync(CancellationToken cancellationToken);

    private void Prepare(DbCommand command, string sql, Action<Parameters> bind)
    {
        command.CommandText = sql;
        if (command.CommandTimeout != Unlimited)
            command.CommandTimeout = CommandTimeoutSeconds;
        bind(new Parameters(command.Parameters, this));
    }

    private static DbBatchCommand Add(DbBatch batch, string sql)
    {
        var command = batch.CreateBatchCommand();
        command.CommandText = sql;
        batch.BatchCommands.Add(command);
        return command;
    }

    private void RefuseBeforeMigration()
    {
        if (!_migrated)
            throw new DatabaseNotReadyException();
    }
}
