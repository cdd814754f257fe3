using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Postgres;
using Pao.TaskHub.Sqlite;
using Pao.TaskHub.Tests.Faults;

namespace Pao.TaskHub.Tests.Harness;

/// <summary>A database for one test, and as many hubs on it as the test wants.</summary>
public abstract class HubFixture : IAsyncDisposable
{
    private readonly List<EmbeddedTaskHub> _hubs = [];

    /// <summary>Where the hubs' meters come from, for a test that listens to them.</summary>
    internal IMeterFactory? Meters { get; set; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal async Task<EmbeddedTaskHub> StartAsync(Action<TaskHubOptions>? configure = null, Func<IHubStore, IHubStore>? wrap = null)
    {
        var options = new TaskHubOptions { PollInterval = TimeSpan.FromMilliseconds(50), Lease = TimeSpan.FromSeconds(2) };
        configure?.Invoke(options);
        var store = await OpenAsync(options);
        var hub = new EmbeddedTaskHub(wrap?.Invoke(store) ?? store, options, NullLogger.Instance, TimeProvider.System, Meters);
        hub.Start();
        _hubs.Add(hub);
        await Eventually.TrueAsync(() => hub.IsMember, "the hub joins");
        return hub;
    }

    /// <summary>The fixture for the store that a test's row names.</summary>
    internal static HubFixture On(string store) => store == "postgres" ? new PostgresFixture() : new SqliteFixture();

    /// <summary>Stops the hub as a shutdown does.</summary>
    internal void Stop(EmbeddedTaskHub hub)
    {
        _hubs.Remove(hub);
        hub.Stop();
        hub.Node.Store.Dispose();
    }

    /// <summary>Ends the hub as a crash of its process does: nothing is stored any more, and nobody is told.</summary>
    internal void Crash(EmbeddedTaskHub hub)
    {
        ((FaultyStore)hub.Node.Store).IsDead = true;
        Stop(hub);
    }

    internal abstract Task<IHubStore> OpenAsync(TaskHubOptions options);

    protected abstract Task DropAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var hub in _hubs.ToList())
            Stop(hub);
        await DropAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class SqliteFixture : HubFixture
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("pao-hub-").FullName;

    internal override Task<IHubStore> OpenAsync(TaskHubOptions options)
    {
        var store = new SqliteHubStore(Folder, options.Name, TimeProvider.System);
        store.Initialize();
        return Task.FromResult<IHubStore>(store);
    }

    protected override Task DropAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }
}

public class PostgresFixture : HubFixture
{
    private readonly string _database = $"hub_{Guid.NewGuid():n}";
    private bool _created;

    public string ConnectionString => new NpgsqlConnectionStringBuilder(Server) { Database = _database }.ToString();

    protected static string Server => Environment.GetEnvironmentVariable("PAO_TEST_POSTGRES")
        ?? throw new InvalidOperationException("PAO_TEST_POSTGRES names no PostgreSQL server: run the tests by ./test, which starts one.");

    internal override async Task<IHubStore> OpenAsync(TaskHubOptions options)
    {
        if (!_created)
            await ExecuteAsync($"create database {_database}");
        _created = true;
        return new PostgresHubStore(await ReachAsync(), options.Name, options.Lease, NullLogger.Instance, options.Notifications);
    }

    /// <summary>The connection string that hubs get.</summary>
    protected virtual Task<string> ReachAsync() => Task.FromResult(ConnectionString);

    protected override async Task DropAsync()
    {
        if (!_created)
            return;

        await using (var database = NpgsqlDataSource.Create(ConnectionString))
            database.Clear();
        await ExecuteAsync($"drop database {_database} with (force)");
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Server) { Pooling = false });
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>The same server, and a pooler in transaction mode before it.</summary>
public sealed class PgBouncerFixture : PostgresFixture
{
    private PgBouncer? _bouncer;

    internal PgBouncer Bouncer => _bouncer ?? throw new InvalidOperationException("No hub has been opened yet.");

    protected override async Task<string> ReachAsync()
    {
        _bouncer ??= await PgBouncer.StartNewAsync(Server);
        return _bouncer.Through(ConnectionString);
    }

    protected override async Task DropAsync()
    {
        if (_bouncer is { } bouncer)
            await bouncer.DisposeAsync();
        await base.DropAsync();
    }
}
