using System.Data.Common;
using Pao.Orchestrator.Telemetry;

namespace Pao.Orchestrator.Storage;

/// <summary>An open transaction. Left without a commit, it is rolled back.</summary>
internal sealed class Transaction(
    Database database, DbConnection connection, DbTransaction transaction, Func<bool, ValueTask> release) : IAsyncDisposable
{
    private bool _broken = true;
    private bool _begins = true;

    /// <summary>Whether its statements may take as long as they take, as those of a migration of many rows.</summary>
    public bool IsPatient { get; set; }

    private List<Action<RequestMetrics>>? _counts;

    public Database Database => database;

    public async Task<List<T>> ReadAsync<T>(
        string sql, Action<Parameters> bind, Func<Row, T> read, CancellationToken cancellationToken)
    {
        await using var command = CreateCommand();
        return await database.ReadAsync(command, sql, bind, read, Begins(), cancellationToken);
    }

    public async Task<int> ExecuteAsync(string sql, Action<Parameters> bind, CancellationToken cancellationToken)
    {
        await using var command = CreateCommand();
        return await database.ExecuteAsync(command, sql, bind, Begins(), cancellationToken);
    }

    /// <summary>The same statement for each row, in one round trip where the database is a trip away.</summary>
    public async Task ExecuteAsync<T>(
        string sql, IReadOnlyCollection<T> rows, Action<Parameters, T> bind, CancellationToken cancellationToken)
    {
        if (connection.CanCreateBatch)
        {
            await using var batch = connection.CreateBatch();
            batch.Transaction = transaction;
            await database.ExecuteAsync(batch, sql, rows, bind, Begins(), cancellationToken);
            return;
        }

        foreach (var row in rows)
            await ExecuteAsync(sql, p => bind(p, row), cancellationToken);
    }

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await transaction.CommitAsync(cancellationToken);
        _broken = false;
        if (_counts is not null && database.Metrics is { } metrics)
            foreach (var count in _counts)
                count(metrics);
    }

    /// <summary>Counts something once it is committed: what was rolled back has not happened.</summary>
    public void Count(Action<RequestMetrics> count) => (_counts ??= []).Add(count);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
        }
        finally
        {
            await release(_broken);
        }
    }

    private bool Begins()
    {
        var first = _begins;
        _begins = false;
        return first;
    }

    private DbCommand CreateCommand()
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        if (IsPatient)
            command.CommandTimeout = Database.Unlimited;
        return command;
    }
}
