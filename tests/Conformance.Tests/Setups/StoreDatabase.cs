using Npgsql;

namespace Pao.Conformance.Tests.Setups;

public enum Store
{
    Sqlite,
    Postgres,
}

/// <summary>A database of the suite's own.</summary>
internal sealed class StoreDatabase : IAsyncDisposable
{
    private readonly string? _name;

    private StoreDatabase(string? name) => _name = name;

    public string Folder { get; } = Directory.CreateTempSubdirectory("pao-conformance-").FullName;

    /// <summary>Null: SQLite in <see cref="Folder"/>.</summary>
    public string? ConnectionString => _name is null ? null : new NpgsqlConnectionStringBuilder(Server) { Database = _name }.ToString();

    private static string Server => Environment.GetEnvironmentVariable("PAO_TEST_POSTGRES")
        ?? throw new InvalidOperationException("PAO_TEST_POSTGRES names no PostgreSQL server: run the tests by ./test, which starts one.");

    public static async Task<StoreDatabase> CreateAsync(Store store)
    {
        if (store is Store.Sqlite)
            return new StoreDatabase(null);

        var name = $"conformance_{Guid.NewGuid():n}";
        await ExecuteAsync($"create database {name}");
        return new StoreDatabase(name);
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        if (_name is null)
            return;

        await using (var connection = new NpgsqlConnection(ConnectionString))
            NpgsqlConnection.ClearPool(connection);
        await ExecuteAsync($"drop database {_name} with (force)");
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Server) { Pooling = false });
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
