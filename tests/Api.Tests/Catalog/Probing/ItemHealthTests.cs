using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Catalog.Probing;

/// <summary>The health of items as the whole service finds and shows it, with a real service on the other end.</summary>
public sealed class ItemHealthTests : IAsyncLifetime
{
    private readonly Service _service = new()
    {
        Settings = new Dictionary<string, string>
        {
            ["Pao:Catalog:Watch"] = "false",
            ["Pao:Catalog:HealthChecks:ShortestInterval"] = "00:00:00.1",
            ["Pao:Catalog:HealthChecks:Timeout"] = "00:00:02",
        },
    };

    private HttpClient? _client;
    private Probed? _probed;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HttpClient Client => _client ?? throw new InvalidOperationException("Not started.");

    private Probed Target => _probed ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        _probed = await Probed.StartAsync();
        await _service.InitializeAsync();
        _client = _service.Client();
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await _service.DisposeAsync();
        await Target.DisposeAsync();
    }

    [Fact]
    public async Task An_item_is_healthy_until_its_service_dies_and_again_when_it_is_back()
    {
        await MonitorAsync(TestCatalog.Echo, $"{Target.Address}health?token=hidden", "100ms");

        var healthy = await BecomeAsync(TestCatalog.Echo, "healthy");
        Assert.Equal((TestCatalog.Echo, 0.1), ((string?)healthy["catalog_item_id"], (double)healthy["interval_seconds"]!));
        Assert.True((double)healthy["latency_ms"]! > 0);
        Assert.Null(healthy["reason"]);
        Assert.True((DateTimeOffset)healthy["since"]! <= (DateTimeOffset)healthy["last_checked_at"]!);

        await Target.DieAsync();
        var unhealthy = await BecomeAsync(TestCatalog.Echo, "unhealthy");
        Assert.Equal("It can not be connected to (ConnectionRefused).", (string?)unhealthy["reason"]);
        Assert.Null(unhealthy["latency_ms"]);
        Assert.True((DateTimeOffset)unhealthy["since"]! > (DateTimeOffset)healthy["since"]!);

        await Target.ComeBackAsync();
        var back = await BecomeAsync(TestCatalog.Echo, "healthy");
        Assert.True((DateTimeOffset)back["since"]! > (DateTimeOffset)unhealthy["since"]!);
        Assert.Contains(_service.Log.Lines, line => line.Contains("health check of compute-echo-standard", StringComparison.Ordinal) && line.Contains("ConnectionRefused", StringComparison.Ordinal));
        Assert.DoesNotContain(_service.Log.Lines, line => line.Contains("hidden", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_hangs_or_redirects_is_unhealthy()
    {
        await MonitorAsync(TestCatalog.Echo, $"{Target.Address}health", "100ms");
        await BecomeAsync(TestCatalog.Echo, "healthy");

        Target.Answer = Probed.Hang;
        Assert.Equal("It did not answer within 2 s.", (string?)(await BecomeAsync(TestCatalog.Echo, "unhealthy"))["reason"]);

        Target.Answer = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        await WaitAsync(TestCatalog.Echo, health => (string?)health["reason"] == "It answered 302, a redirect, which is not followed.");
        Assert.Equal(0, Target.CallsOf("/elsewhere"));
    }

    [Fact]
    public async Task An_address_that_no_operator_allowed_is_refused_with_the_reason_and_the_service_lives()
    {
        await MonitorAsync(TestCatalog.Echo, "https://10.11.12.13/health", "100ms");

        var refused = await BecomeAsync(TestCatalog.Echo, "refused");

        Assert.Contains("Pao:Egress:Allow", (string?)refused["reason"], StringComparison.Ordinal);
        using var live = await Client.GetAsync("/api/v1/health/ready", Stop);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task A_changed_interval_holds_from_then_on()
    {
        await MonitorAsync(TestCatalog.Echo, $"{Target.Address}health", "1h");
        await BecomeAsync(TestCatalog.Echo, "healthy");
        Target.Answer = Probed.Status(503);

        await MonitorAsync(TestCatalog.Echo, $"{Target.Address}health", "200ms");

        var health = await BecomeAsync(TestCatalog.Echo, "unhealthy");
        Assert.Equal(("It answered 503.", 0.2), ((string?)health["reason"], (double)health["interval_seconds"]!));
    }

    [Fact]
    public async Task An_item_that_goes_is_no_longer_probed_and_one_that_stays_is()
    {
        await MonitorAsync(TestCatalog.Echo, $"{Target.Address}goes", "100ms");
        await MonitorAsync(TestCatalog.Steps, $"{Target.Address}stays", "100ms");
        await BecomeAsync(TestCatalog.Echo, "healthy");
        await BecomeAsync(TestCatalog.Steps, "healthy");

        await MonitorAsync(TestCatalog.Echo, null, "");

        Assert.Equal("none", (string?)(await HealthAsync(TestCatalog.Echo))["status"]);
        await AfterAsync("stays", 2); // a probe of what goes that was under way is over
        var (goes, stays) = (Target.CallsOf("/goes"), Target.CallsOf("/stays"));
        await AfterAsync("stays", 5);
        Assert.Equal(goes, Target.CallsOf("/goes"));
        Assert.True(Target.CallsOf("/stays") >= stays + 5);
    }

    [Fact]
    public async Task No_more_than_so_many_are_probed_at_once_and_all_get_their_turn()
    {
        var (now, most) = (0, 0);
        using var leave = new SemaphoreSlim(0);
        Target.Answer = async context =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            await leave.WaitAsync(context.RequestAborted);
            Interlocked.Decrement(ref now); // before the answer, after which the next may come
        };
        await using var service = new Service
        {
            Settings = new Dictionary<string, string>
            {
                ["Pao:Catalog:HealthChecks:ShortestInterval"] = "00:00:00.1",
                ["Pao:Catalog:HealthChecks:Timeout"] = "00:01:00",
                ["Pao:Catalog:HealthChecks:AtOnce"] = "2",
            },
        };
        await service.InitializeAsync();
        using var client = service.Client();
        string[] items = [TestCatalog.Echo, TestCatalog.Steps, TestCatalog.Sunset, TestCatalog.BadTemplate];
        foreach (var item in items)
            Monitor(service, item, $"{Target.Address}{item}", "100ms");
        using var refreshed = await client.PostAsync("/api/v1/catalog/refresh", null, Stop);

        await UntilAskedAsync(2);
        using (var second = new PeriodicTimer(TimeSpan.FromMilliseconds(25)))
            for (var ticks = 0; ticks < 40; ticks++) // in which all four are due several times
                await second.WaitForNextTickAsync(Stop);
        Assert.Equal(2, Target.Asked.Count);

        for (var arrived = 2; arrived <= 20; arrived++)
        {
            await UntilAskedAsync(arrived);
            leave.Release();
        }

        Assert.Equal(2, most);
        Assert.All(items, item => Assert.True(Target.CallsOf($"/{item}") >= 4));
        leave.Release(1000);
    }

    [Fact]
    public async Task Health_is_not_kept_and_the_item_links_to_it()
    {
        await MonitorAsync(TestCatalog.Echo, $"{Target.Address}health", "100ms");
        var item = await Service.GetAsync(Client, $"/api/v1/catalog/items/{TestCatalog.Echo}");
        Assert.Equal($"{Target.Address}health", (string?)item["monitoring"]?["healthCheck"]?["url"]);

        using var answer = await Client.GetAsync((string?)item["links"]?["health"], Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(answer.Headers.ETag);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Null((await Service.GetAsync(Client, $"/api/v1/catalog/items/{TestCatalog.Steps}"))["links"]?["health"]);
    }

    [Fact]
    public async Task What_has_no_health_check_says_so_and_what_is_not_there_is_not_found()
    {
        var none = await HealthAsync(TestCatalog.Bundle);
        Assert.Equal(("none", "The document has no monitoring.healthCheck."), ((string?)none["status"], (string?)none["reason"]));

        using var missing = await Client.GetAsync("/api/v1/catalog/items/compute-nothing-standard/health", Stop);
        await ProblemAssert.IsProblemAsync(missing, HttpStatusCode.NotFound, "catalog_item.not_found");
        using var stranger = _service.Stranger();
        using var refused = await stranger.GetAsync($"/api/v1/catalog/items/{TestCatalog.Echo}/health", Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Where_probing_is_off_nothing_is_called()
    {
        await using var off = new Service { Settings = new Dictionary<string, string> { ["Pao:Catalog:HealthChecks:Enabled"] = "false" } };
        await off.InitializeAsync();
        using var client = off.Client();
        Monitor(off, TestCatalog.Echo, $"{Target.Address}health", "100ms");
        using var refreshed = await client.PostAsync("/api/v1/catalog/refresh", null, Stop);

        var health = await Service.GetAsync(client, $"/api/v1/catalog/items/{TestCatalog.Echo}/health");

        Assert.Equal("unknown", (string?)health["status"]);
        Assert.Contains("Pao:Catalog:HealthChecks:Enabled", (string?)health["reason"], StringComparison.Ordinal);
        Assert.Empty(Target.Asked);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen && Interlocked.CompareExchange(ref most, value, seen) != seen;)
            seen = Volatile.Read(ref most);
    }

    private static void Monitor(Service service, string item, string? url, string interval)
    {
        var file = Path.Combine(service.CatalogFolder, "compute", $"{item}.yaml");
        var text = Regex.Replace(File.ReadAllText(file), "(?m)^monitoring: .*\n?", "");
        File.WriteAllText(file, url is null ? text : $"{text}\nmonitoring: {{ healthCheck: {{ url: \"{url}\", interval: {interval} }} }}\n");
    }

    private async Task MonitorAsync(string item, string? url, string interval)
    {
        Monitor(_service, item, url, interval);
        using var refreshed = await Client.PostAsync("/api/v1/catalog/refresh", null, Stop);
        Assert.True((bool?)(await Service.ReadAsync(refreshed))["valid"]);
    }

    private Task<JsonObject> HealthAsync(string item) => Service.GetAsync(Client, $"/api/v1/catalog/items/{item}/health");

    private Task<JsonObject> BecomeAsync(string item, string status) => WaitAsync(item, health => (string?)health["status"] == status);

    private Task<JsonObject> WaitAsync(string item, Func<JsonObject, bool> reached) =>
        Service.WaitForAsync(Client, $"/api/v1/catalog/items/{item}/health", reached);

    /// <summary>Waits for some more calls.</summary>
    private Task AfterAsync(string path, int calls)
    {
        var wanted = Target.CallsOf($"/{path}") + calls;
        return UntilAsync(() => Target.CallsOf($"/{path}") >= wanted);
    }

    private Task UntilAskedAsync(int calls) => UntilAsync(() => Target.Asked.Count >= calls);

    private static async Task UntilAsync(Func<bool> reached)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var tries = 0; !reached(); tries++)
        {
            Assert.True(tries < 4000, "Too few calls come.");
            await timer.WaitForNextTickAsync(Stop);
        }
    }
}
