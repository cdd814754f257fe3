using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pao.Api.Requests.Watching;
using Pao.Api.Tests.Harness;
using Pao.DurableTask;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Tests.Requests;

/// <summary>What a look at the database brings to those who watch requests, however many versions these have.</summary>
public sealed class FeedTests : IAsyncLifetime
{
    private readonly Service _service = new();
    private string _original = "";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _service.InitializeAsync();
        using var client = _service.Client();
        _original = (string?)(await Service.SubmitAsync(client, TestCatalog.Steps, new { name = "watched" }))["id"] ?? "";
        await Service.WaitForStatusAsync(client, _original, "completed");
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Everybody_is_told_at_each_look_as_much_as_there_is_room_for()
    {
        const int Seed = 20_261_128;
        var random = new Random(Seed);
        using var watch = Watch();
        List<(StatusFeed Feed, long Version)> feeds = [];
        for (var i = 0; i < 150; i++)
        {
            var version = i < FeedFilling.MostBehind - 5 ? random.Next(6_000, 9_000) : random.Next(1, StatusFeed.Room + 1);
            var id = await RequestAsync(version);
            feeds.Add((new StatusFeed(id, 0), version));
            if (i < 5)
                feeds.Add((new StatusFeed(id, version - 3), version)); // beside one that is far behind on the same request
        }

        foreach (var (feed, _) in feeds)
            watch.Follow(feed);
        for (var look = 0; look < 3; look++)
        {
            var before = feeds.ConvertAll(one => one.Feed.Last);
            await watch.LookAsync(Stop);
            Assert.All(feeds.Zip(before), one => Assert.Equal(
                Math.Min(one.First.Version, one.Second + StatusFeed.Room), one.First.Feed.Last));
            Assert.All(feeds.Zip(before), one => Assert.Equal(Between(one.Second, one.First.Feed.Last), Read(one.First.Feed)));
        }
    }

    [Fact]
    public async Task Those_who_are_far_behind_take_turns()
    {
        using var watch = Watch();
        List<StatusFeed> feeds = [];
        for (var i = 0; i < 3 * FeedFilling.MostBehind; i++)
        {
            feeds.Add(new StatusFeed(await RequestAsync(500), 0));
            watch.Follow(feeds[^1]);
        }

        for (var look = 0; look < 4; look++)
        {
            await watch.LookAsync(Stop);
            feeds.ForEach(feed => Read(feed));
        }

        Assert.All(feeds, feed => Assert.InRange(feed.Last, StatusFeed.Room, 500));
    }

    [Fact]
    public async Task A_request_that_cannot_be_read_ends_its_own_watchers_and_nobody_elses()
    {
        using var watch = Watch();
        var feeds = new List<StatusFeed>();
        for (var i = 0; i < 9; i++)
            feeds.Add(new StatusFeed(await RequestAsync(3), 0));
        var broken = feeds[4];
        await ExecuteAsync("update request_changes set status = 'from_the_future' where request_id = @id and version = 2", broken.RequestId, 0);

        feeds.ForEach(watch.Follow);
        await watch.LookAsync(Stop);

        Assert.Empty(Read(broken));
        Assert.True(broken.Events.Completion.IsCompleted);
        Assert.All(feeds.Where(feed => feed != broken), feed => Assert.Equal([1, 2, 3], Read(feed)));
        Assert.All(feeds.Where(feed => feed != broken), feed => Assert.False(feed.Events.Completion.IsCompleted));
    }

    [Fact]
    public async Task A_look_that_fails_in_whatever_way_does_not_end_the_watch()
    {
        var broken = new StatusFeed(await RequestAsync(3), 0);
        await ExecuteAsync("update request_changes set status = 'from_the_future' where request_id = @id and version = 2", broken.RequestId, 0);
        var feed = new StatusFeed(await RequestAsync(3), 0);
        using var log = new LogThatFailsOnce();
        using var watch = Watch(log);

        watch.Follow(broken);
        await watch.StartAsync(Stop);
        Assert.True(await log.HasFailed.WaitAsync(TimeSpan.FromSeconds(30), Stop));
        watch.Leave(broken);
        watch.Follow(feed);

        Assert.True(await feed.Events.WaitToReadAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Stop));
        Assert.Equal([1, 2, 3], Read(feed));
        await watch.StopAsync(Stop);
    }

    private StatusWatch Watch(ILogger<StatusWatch>? log = null) => new(
        _service.Services.GetRequiredService<RequestStore>(), _service.Services.GetRequiredService<RequestChanges>(),
        Options.Create(new WatchOptions()), new Heartbeats(TimeProvider.System), TimeProvider.System, log ?? NullLogger<StatusWatch>.Instance);

    private static IEnumerable<long> Between(long after, long last)
    {
        for (var version = after + 1; version <= last; version++)
            yield return version;
    }

    private static List<long> Read(StatusFeed feed)
    {
        List<long> versions = [];
        while (feed.Events.TryRead(out var one))
            versions.Add(one.Version);
        return versions;
    }

    /// <summary>A request that has been through so many versions, and that nobody works at.</summary>
    private async Task<Guid> RequestAsync(int version)
    {
        var id = Guid.NewGuid();
        await ExecuteAsync(
            """
            create temp table another as select * from requests where id = @original;
            update another set id = @id, version = 1;
            insert into requests select * from another;
            drop table another;
            with recursive numbers(n) as (select 2 union all select n + 1 from numbers where n < @version - 1)
            insert into request_changes (request_id, version, status, at) select @id, n, 'queued', n from numbers where n < @version;
            update requests set version = @version where id = @id and version < @version
            """,
            id, version);
        return id;
    }

    private async Task ExecuteAsync(string sql, Guid id, int version, int changes = 1)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_service.DataDirectory, "pao.db")};Default Timeout=10");
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("@original", _original);
        command.Parameters.AddWithValue("@id", id.ToString());
        command.Parameters.AddWithValue("@version", version);
        Assert.True(await command.ExecuteNonQueryAsync(Stop) >= changes);
    }

    /// <summary>Stands for a fault within a look that nobody has thought of.</summary>
    private sealed class LogThatFailsOnce : ILogger<StatusWatch>, IDisposable
    {
        private readonly SemaphoreSlim _failed = new(0);
        private bool _hasFailed;

        public SemaphoreSlim HasFailed => _failed;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (_hasFailed)
                return;

            _hasFailed = true;
            _failed.Release();
            throw new InvalidOperationException("A fault.");
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose() => _failed.Dispose();
    }
}
