using System.Net;
using System.Net.Http.Json;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Catalog.Caching;

/// <summary>What Redis does for the catalog, and that nobody notices when it dies: one server, and a cluster of three masters.</summary>
public sealed class RedisTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Answers_are_kept_in_redis_below_the_prefix_for_a_while(int nodes)
    {
        await using var redis = await RedisNodes.StartAsync(nodes);
        await using var service = await StartAsync(redis, localTtl: "00:00:01");
        using var client = service.Client();
        var item = await Service.GetAsync(client, $"/api/v1/catalog/items/{TestCatalog.Echo}");
        await Service.GetAsync(client, "/api/v1/catalog?text=steps");

        // A Redis that is slow once is left alone for a while: asked again, it is told then.
        var keys = await EventuallyAsync(
            async () =>
            {
                await Service.GetAsync(client, $"/api/v1/catalog/items/{TestCatalog.Echo}");
                await Service.GetAsync(client, $"/api/v1/catalog/items/{TestCatalog.Echo}/schema");
                return await redis.KeysAsync();
            },
            keys => keys.Count >= 2);

        Assert.Equal(2, keys.Count); // free text is not kept there
        Assert.All(keys, key => Assert.StartsWith("test:", key.Key, StringComparison.Ordinal));
        Assert.All(keys.Values, left => Assert.InRange(left ?? TimeSpan.MaxValue, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)));

        await using var other = await StartAsync(redis, service);
        using var otherClient = other.Client();
        Assert.Equal(item.ToJsonString(), (await Service.GetAsync(otherClient, $"/api/v1/catalog/items/{TestCatalog.Echo}")).ToJsonString());
        Assert.Equal(2, (await redis.KeysAsync()).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_swap_in_one_process_is_one_in_every_process(int nodes)
    {
        await using var redis = await RedisNodes.StartAsync(nodes);
        await using var first = await StartAsync(redis);
        await using var second = await StartAsync(redis, first);
        using var firstClient = first.Client();
        using var secondClient = second.Client();
        var path = $"/api/v1/catalog/items/{TestCatalog.Echo}";
        Assert.Equal("1.0.0", Version(await Service.GetAsync(secondClient, path)));

        // The first swaps may be told before the second one listens.
        for (var version = 1; ; version++)
        {
            first.ChangeVersion(TestCatalog.Echo, $"1.0.{version}");
            using var refreshed = await firstClient.PostAsync("/api/v1/catalog/refresh", null, Stop);
            try
            {
                await EventuallyAsync(() => Service.GetAsync(secondClient, path), item => Version(item) == $"1.0.{version}", seconds: 10);
                break;
            }
            catch (TimeoutException) when (version < 6)
            {
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Killing_redis_under_load_is_no_error_and_loses_no_request(int nodes)
    {
        await using var redis = await RedisNodes.StartAsync(nodes);
        await using var service = await StartAsync(redis, localTtl: "00:00:01");
        using var client = service.Client();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var load = new Load(client);
        var running = Enumerable.Range(0, 4).Select(_ => load.RunAsync(end.Token)).ToArray();

        await load.GoOnAsync(150);
        redis.Kill(0);
        await load.GoOnAsync(150);
        await redis.RestartAsync(0);
        await load.GoOnAsync(150);
        await end.CancelAsync();
        await Task.WhenAll(running);

        Assert.Empty(load.Errors);
        foreach (var id in load.Requests)
            await Service.WaitForStatusAsync(client, id, "completed");
    }

    [Fact]
    public async Task A_redis_that_was_never_there_is_no_error()
    {
        await using var service = new Service { Settings = Settings("127.0.0.1:1", "00:00:01") };
        await service.InitializeAsync();
        using var client = service.Client();
        var load = new Load(client);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = load.RunAsync(end.Token);

        await load.GoOnAsync(40);
        await end.CancelAsync();
        await running;

        Assert.Empty(load.Errors);
        var health = await Service.GetAsync(client, "/api/v1/health");
        Assert.Equal(("up", "down"), (health["status"]?.GetValue<string>(), health["parts"]?["cache"]?.GetValue<string>()));
    }

    [Fact]
    public async Task A_redis_that_cannot_be_read_stops_the_start_without_showing_a_password()
    {
        var service = new Service { Settings = Settings("127.0.0.1:6379,password=hunter2,noSuchOption=1", "00:00:01") };
        await using (service)
        {
            var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await service.InitializeAsync());
            Assert.Contains("REDIS_CLUSTER_ENDPOINT", failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
        }
    }

    private static async Task<Service> StartAsync(RedisNodes redis, Service? beside = null, string localTtl = "00:05:00")
    {
        var settings = Settings(redis.Endpoint, localTtl);
        if (beside is not null)
            settings["Pao:Catalog:Folder"] = beside.CatalogFolder;
        var service = new Service { Settings = settings };
        await service.InitializeAsync();
        return service;
    }

    private static Dictionary<string, string> Settings(string endpoint, string localTtl) => new()
    {
        ["Pao:Cache:Redis"] = endpoint,
        ["Pao:Cache:KeyPrefix"] = "test:",
        ["Pao:Cache:LocalTtl"] = localTtl,
        ["Pao:Catalog:Watch"] = "false",
    };

    private static string? Version(System.Text.Json.Nodes.JsonObject item) => item["version"]?.GetValue<string>();

    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> look, Func<T, bool> reached, int seconds = 20)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
        {
            var now = await look();
            if (reached(now))
                return now;
            await timer.WaitForNextTickAsync(Stop);
        }

        throw new TimeoutException("What was waited for did not come.");
    }

    /// <summary>Reads of the catalog, and now and then a request.</summary>
    private sealed class Load(HttpClient client)
    {
        private static readonly string[] Paths =
            ["/api/v1/catalog", $"/api/v1/catalog/items/{TestCatalog.Echo}", $"/api/v1/catalog/items/{TestCatalog.Steps}/schema"];

        private int _calls;

        public System.Collections.Concurrent.ConcurrentQueue<string> Errors { get; } = new();

        public System.Collections.Concurrent.ConcurrentQueue<string> Requests { get; } = new();

        public async Task RunAsync(CancellationToken end)
        {
            while (!end.IsCancellationRequested)
            {
                var call = Interlocked.Increment(ref _calls);
                if (call % 10 == 0)
                    await SubmitAsync();
                else
                    await ReadAsync($"{Paths[call % 3]}?limit={call % 50 + 1}");
            }
        }

        /// <summary>Until so many more calls were made.</summary>
        public async Task GoOnAsync(int calls)
        {
            var target = Volatile.Read(ref _calls) + calls;
            await EventuallyAsync(() => Task.FromResult(Volatile.Read(ref _calls)), now => now >= target, seconds: 60);
        }

        private async Task ReadAsync(string path)
        {
            using var answer = await client.GetAsync(path, Stop);
            if (answer.StatusCode != HttpStatusCode.OK)
                Errors.Enqueue($"{path}: {answer.StatusCode}");
        }

        private async Task SubmitAsync()
        {
            using var answer = await client.PostAsJsonAsync(
                "/api/v1/requests", new { catalog_item_id = TestCatalog.Echo, fields = new { name = "load" } }, Stop);
            if (answer.StatusCode == HttpStatusCode.Accepted)
                Requests.Enqueue((await Service.ReadAsync(answer))["id"]!.GetValue<string>());
            else
                Errors.Enqueue($"submit: {answer.StatusCode}");
        }
    }
}
