using Npgsql;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>A database of one test's own on the server that ./test started.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _name = $"e2e_{Guid.NewGuid():n}";
    private readonly NpgsqlConnectionStringBuilder _server = new(
        Environment.GetEnvironmentVariable("PAO_TEST_POSTGRES")
        ?? throw new InvalidOperationException("PAO_TEST_POSTGRES names no PostgreSQL server: run the tests by ./test, which starts one."))
    {
        Pooling = false,
    };

    public string Url => $"postgresql://{Uri.EscapeDataString(_server.Username ?? "")}:{Uri.EscapeDataString(_server.Password ?? "")}@{_server.Host}:{_server.Port}/{_name}";

    public string ConnectionString => new NpgsqlConnectionStringBuilder(_server.ToString()) { Database = _name, Pooling = true }.ToString();

    public static async Task<TestDatabase> CreateAsync()
    {
        var database = new TestDatabase();
        await database.ExecuteAsync($"create database {database._name}");
        return database;
    }

    /// <summary>Runs a statement there.</summary>
    /// <returns>The first column of its rows.</returns>
    public async Task<IReadOnlyList<string>> ReadAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        List<string> values = [];
        while (await reader.ReadAsync())
            values.Add(reader.GetString(0));
        return values;
    }

    /// <summary>Takes the database away from everybody, or gives it back.</summary>
    public Task AllowConnectionsAsync(bool allowed) => ExecuteAsync($"alter database {_name} allow_connections {allowed}");

    public async ValueTask DisposeAsync() => await ExecuteAsync($"drop database {_name} with (force)");

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_server.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
