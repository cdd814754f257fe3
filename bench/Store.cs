using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Pao.Bench;

/// <summary>A new and empty place for a hub, gone when disposed: a database of the server, or a folder.</summary>
internal sealed class Store : IAsyncDisposable
{
    private readonly Func<Task> _drop;

    private Store(string name, string? connectionString, string folder, Func<Task> drop) =>
        (Name, ConnectionString, Folder, _drop) = (name, connectionString, folder, drop);

    public string Name { get; }

    public string? ConnectionString { get; }

    public string Folder { get; }

    public bool IsPostgres => ConnectionString is not null;

    public static Store Sqlite(Setup setup)
    {
        var folder = Path.Combine(setup.Folder, $"sqlite-{Guid.NewGuid():n}");
        Directory.CreateDirectory(folder);
        return new Store("SQLite", null, folder, () =>
        {
            Directory.Delete(folder, recursive: true);
            return Task.CompletedTask;
        });
    }

    public static async Task<Store> PostgresAsync(Setup setup, string server)
    {
        var database = $"bench_pao_{Guid.NewGuid():n}";
        await ExecuteAsync(server, $"create database {database}");
        var connectionString = new NpgsqlConnectionStringBuilder(server) { Database = database }.ToString();
        return new Store("PostgreSQL", connectionString, setup.Folder, () => ExecuteAsync(server, $"drop database {database} with (force)"));
    }

    /// <summary>The place that a parent process made, for a child.</summary>
    public static Store Existing(string? connectionString, string folder) =>
        new(connectionString is null ? "SQLite" : "PostgreSQL", connectionString, folder, () => Task.CompletedTask);

    public ValueTask DisposeAsync() => new(_drop());

    /// <summary>Runs statements that both databases understand after <c>task_hub.</c> is taken away for SQLite.</summary>
    public async Task<long> ReadAsync(string sql)
    {
        if (ConnectionString is not null)
        {
            await using var source = NpgsqlDataSource.Create(ConnectionString);
#pragma warning disable CA2100 // The statements are ours.
            await using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
            command.CommandTimeout = 600;
            return Number(await command.ExecuteScalarAsync());
        }

        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync();
        await using var local = connection.CreateCommand();
        local.CommandTimeout = 600;
#pragma warning disable CA2100 // The statements are ours.
        local.CommandText = sql.Replace("task_hub.", "", StringComparison.Ordinal);
#pragma warning restore CA2100
        return Number(await local.ExecuteScalarAsync());
    }

    public string File => Path.Combine(Folder, "taskhub-default.db");

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
#pragma warning disable CA2100 // The statements are ours.
        await using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }

    private static long Number(object? value) => value is null or DBNull ? 0 : Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
