using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pao.Api.Tests.Harness;
using Pao.Catalog;
using Pao.DurableTask;

namespace Pao.Api.Tests.Health;

/// <summary>What probes and operators are told.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    private readonly Jump _time = new();
    private readonly Service _service;

    public HealthTests() => _service = new Service
    {
        Settings = new Dictionary<string, string>
        {
            ["Pao:Catalog:PollInterval"] = "00:00:01",
            ["Pao:Audit:Heads:Every"] = "00:00:01",
        },
        Change = services => services.AddSingleton(new Heartbeats(_time)),
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _service.InitializeAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_loop_that_is_stuck_makes_the_process_unready_and_is_named()
    {
        using var client = _service.Stranger();
        using var stuck = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        _service.Services.GetRequiredService<ServiceCatalog>().Swapped += _ =>
        {
            stuck.Release();
            release.Wait(TimeSpan.FromMinutes(1));
        };
        _service.ChangeVersion(TestCatalog.Steps, "9.9.9");
        Assert.True(await stuck.WaitAsync(TimeSpan.FromSeconds(30), Stop));

        // Every other loop of the service comes round by itself, one of them in a minute; the one that loads the catalog cannot.
        var jump = TimeSpan.FromMinutes(30);
        _time.Ahead(jump);
        var unready = await WaitForAsync(client, answer => Stalled(answer).SetEquals(["catalog.follow"]));
        Assert.Equal(("down", "down", "up"), ((string?)unready["status"], (string?)unready["parts"]?["loops"], (string?)unready["parts"]?["database"]));
        using (var probe = await client.GetAsync("/api/v1/health/ready", Stop))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, probe.StatusCode);
        using (var live = await client.GetAsync("/api/v1/health", Stop))
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);

        release.Set();
        await WaitForAsync(client, answer => !Stalled(answer).Contains("catalog.follow"));
        _time.Ahead(-jump);
        var ready = await WaitForAsync(client, answer => (string?)answer["status"] == "up");
        Assert.Null(ready["stalled"]);
    }

    [Fact]
    public async Task Reasons_loops_and_latencies_are_for_who_is_known()
    {
        using var stranger = _service.Stranger();
        using var client = _service.Client();

        var told = await Service.GetAsync(stranger, "/api/v1/health");
        var details = await Service.GetAsync(client, "/api/v1/health");

        Assert.Equal(["status", "parts"], told.Select(member => member.Key));
        var database = Assert.Single(details["details"]?.AsArray() ?? [], part => (string?)part?["part"] == "database");
        Assert.Equal("up", (string?)database?["state"]);
        Assert.InRange((double?)database?["latency_ms"] ?? -1, 0.001, 5000);
        Assert.InRange(DateTimeOffset.Parse((string?)database?["since"] ?? "", null), DateTimeOffset.UnixEpoch, TimeProvider.System.GetUtcNow());
        var loops = (details["loops"]?.AsArray() ?? []).Select(loop => (string?)loop?["name"]).ToHashSet();
        Assert.Superset(
            new HashSet<string?>
            {
                "audit_heads", "audit_refusals", "audit_seals", "catalog.follow", "catalog.retry", "catalog.watch", "health", "health_checks", "inbound_events", "status_watch", "sweeper",
                "task_hub.default.alarm", "task_hub.default.claims", "task_hub.default.commits", "worker",
            },
            loops);
    }

    [Fact]
    public async Task A_database_that_keeps_nothing_makes_the_process_unready_with_its_reason_for_operators()
    {
        using var client = _service.Client();
        await using var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_service.DataDirectory, "pao.db")}");
        await other.OpenAsync(Stop);
        await using (var transaction = other.BeginTransaction(deferred: false)) // reads go on, nobody else writes
        {
            var unready = await WaitForAsync(client, answer => (string?)answer["parts"]?["database"] == "down");
            Assert.Equal("down", (string?)unready["status"]);
            var health = await Service.GetAsync(client, "/api/v1/health");
            var database = Assert.Single(health["details"]?.AsArray() ?? [], part => (string?)part?["part"] == "database");
            Assert.NotEmpty((string?)database?["reason"] ?? "");
            Assert.DoesNotContain("reason", unready.ToJsonString(), StringComparison.Ordinal);
        }

        await WaitForAsync(client, answer => (string?)answer["status"] == "up");
    }

    private static HashSet<string?> Stalled(JsonObject answer) =>
        [.. (answer["stalled"]?.AsArray() ?? []).Select(loop => (string?)loop).Where(loop => loop != "access_key_uses")];

    private static async Task<JsonObject> WaitForAsync(HttpClient client, Func<JsonObject, bool> reached)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        JsonObject answer = [];
        for (var tries = 0; tries < 400; tries++)
        {
            using var response = await client.GetAsync("/api/v1/health/ready", Stop);
            if (reached(answer = await Service.ReadAsync(response)))
                return answer;
            await timer.WaitForNextTickAsync(Stop);
        }

        throw new TimeoutException($"It did not come to that: {answer}");
    }
}
