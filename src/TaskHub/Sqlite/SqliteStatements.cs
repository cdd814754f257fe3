using Microsoft.Data.Sqlite;

namespace Pao.TaskHub.Sqlite;

/// <summary>A connection whose statements are prepared once.</summary>
internal sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = [];

    public SqliteTransaction BeginImmediate() => connection.BeginTransaction(deferred: false);

    public SqliteTransaction BeginRead() => connection.BeginTransaction(deferred: true);

    /// <summary>Runs a statement and returns how many rows it changed.</summary>
    public int Execute(string sql, SqliteTransaction transaction, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Bind(sql, transaction, parameters).ExecuteNonQuery();

    public List<T> Read<T>(
        string sql, SqliteTransaction? transaction, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Bind(sql, transaction, parameters).ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        connection.Dispose();
    }

    private SqliteCommand Bind(string sql, SqliteTransaction? transaction, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants beside their stores.
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (var (name, _) in parameters)
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            _commands.Add(sql, command);
        }

        command.Transaction = transaction;
        for (var i = 0; i < parameters.Length; i++)
            command.Parameters[i].Value = parameters[i].Value ?? DBNull.Value;
        return command;
    }
}
