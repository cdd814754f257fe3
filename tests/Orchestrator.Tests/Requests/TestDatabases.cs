using Npgsql;
using Pao.Orchestrator.Storage;
using Pao.Orchestrator.Storage.Postgres;
using Pao.Orchestrator.Storage.Sqlite;

namespace Pao.Orchestrator.Tests.Requests;

/// <summary>A database of its own for each test class, gone afterwards.</summary>
public interface ITestDatabase : IAsyncDisposable
{
    Task CreateAsync(CancellationToken cancellationToken);

    /// <summary>Another process's view of the same database.</summary>
    Database Open();
}

public sealed class SqliteTestDatabase : ITestDatabase
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pao-requests-");

    public Task CreateAsync(CancellationToken cancellationToken) => Task.CompletedTask; // opening creates the file

    public Database Open() => new SqliteDatabase(Path.Combine(_folder.FullName, "pao.db"));

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}

public sealed class PostgresTestDatabase : ITestDatabase
{
    private readonly string _name = $"requests_{Guid.NewGuid():n}";

    private static string Server => Environment.GetEnvironmentVariable("PAO_TEST_POSTGRES")
        ?? throw new InvalidOperationException("PAO_TEST_POSTGRES is not set: run ./test, which starts a PostgreSQL for the tests.");

    public Task CreateAsync(CancellationToken cancellationToken) =>
        ExecuteAsync($"create database {_name}", cancellationToken);

    public string ConnectionString => new NpgsqlConnectionStringBuilder(Server) { Database = _name }.ConnectionString;

    public Database Open() => new PostgresDatabase(ConnectionString);

    public async ValueTask DisposeAsync() =>
        await ExecuteAsync($"drop database if exists {_name} with (force)", CancellationToken.None);

    private static async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(Server);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
