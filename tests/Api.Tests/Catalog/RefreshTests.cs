using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Pao.Api.Catalog.Loads;
using Pao.Api.Tests.Harness;
using Pao.Catalog;
using Pao.Catalog.Keeping;

namespace Pao.Api.Tests.Catalog;

/// <summary>What a refresh answers, and what is told of what it rejected. Each test has a catalog of its own.</summary>
public sealed class RefreshTests : IAsyncLifetime
{
    private readonly Service _service = new() { Settings = new Dictionary<string, string> { ["Pao:Catalog:Watch"] = "false" } };
    private HttpClient? _client;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HttpClient Client => _client ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        await _service.InitializeAsync();
        _client = _service.Client();
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task A_refresh_answers_what_it_came_to()
    {
        Write("compute/new.yaml", Text(TestCatalog.Echo).Replace(TestCatalog.Echo, "compute-new-standard", StringComparison.Ordinal));
        Write("compute/never.yaml", "kind: CatalogItem\nmetadata: [\n");
        _service.ChangeVersion(TestCatalog.BadTemplate, "2.0.0");
        _service.ChangeVersion(TestCatalog.Steps, "two");
        File.Delete(Path.Combine(_service.CatalogFolder, "bundles", $"{TestCatalog.SunsetBundle}.yaml"));

        var load = await RefreshAsync();

        Assert.Equal(
            """{"valid":false,"items":5,"bundles":1,"stale":1,"rejected":1,"loaded_at":"","restored":false,"source":{"available":true},"added":1,"changed":1,"removed":1,"findings":{"errors":2,"warnings":1},"kept":true,"duration_ms":0}""",
            Without(load, "loaded_at", "duration_ms").ToJsonString());
    }

    [Fact]
    public async Task A_finding_tells_which_version_is_in_force_and_since_when()
    {
        _service.ChangeVersion(TestCatalog.Steps, "two");
        Write("compute/never.yaml", "kind: [");
        var before = TimeProvider.System.GetUtcNow();
        await RefreshAsync();

        var findings = await Service.GetAsync(Client, "/api/v1/catalog/validation-errors");

        var errors = findings["errors"]!.AsArray().ToDictionary(error => (string?)error?["file"] ?? "", error => error!);
        var stale = errors[$"compute/{TestCatalog.Steps}.yaml"];
        Assert.Equal(("version.semver", "/metadata/version"), ((string?)stale["rule"], (string?)stale["pointer"]));
        Assert.Equal((TestCatalog.Steps, "1.0.0"), ((string?)stale["in_force"]?["id"], (string?)stale["in_force"]?["version"]));
        Assert.InRange((DateTimeOffset)stale["in_force"]!["stale_since"]!, before.AddSeconds(-1), TimeProvider.System.GetUtcNow().AddSeconds(1));
        Assert.Null(errors["compute/never.yaml"]["in_force"]);
    }

    [Theory]
    [InlineData("", 3, 3)]
    [InlineData("?severity=error", 3, 0)]
    [InlineData("?severity=warning", 0, 3)]
    [InlineData("?file=compute/a.yaml", 1, 0)]
    [InlineData("?file=compute/", 2, 2)]
    [InlineData("?file=compute", 0, 0)]
    [InlineData("?file=storage/&severity=error", 1, 0)]
    public async Task Findings_are_filtered(string query, int errors, int warnings)
    {
        await WriteWrongAsync();

        var findings = await Service.GetAsync(Client, $"/api/v1/catalog/validation-errors{query}");

        Assert.False((bool?)findings["valid"]);
        Assert.Equal((errors, warnings), (findings["errors"]!.AsArray().Count, findings["warnings"]!.AsArray().Count));
        Assert.Equal((errors, warnings), ((int)findings["total"]!["errors"]!, (int)findings["total"]!["warnings"]!));
    }

    [Fact]
    public async Task No_more_findings_are_listed_than_asked_for_and_all_are_counted()
    {
        await WriteWrongAsync();

        var findings = await Service.GetAsync(Client, "/api/v1/catalog/validation-errors?limit=2");

        Assert.Equal((2, 3), (findings["errors"]!.AsArray().Count, (int)findings["total"]!["errors"]!));
    }

    [Theory]
    [InlineData("severity=fatal", "severity")]
    [InlineData("file=", "file")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=0", "limit")]
    public async Task A_filter_that_is_none_is_refused(string query, string parameter)
    {
        using var answer = await Client.GetAsync($"/api/v1/catalog/validation-errors?{query}", Stop);

        var problem = await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "parameter.invalid");
        Assert.NotNull(problem["errors"]?[parameter]);
    }

    [Fact]
    public async Task A_source_that_can_not_be_read_is_told_by_refresh_findings_and_health()
    {
        var away = _service.CatalogFolder + "-away";
        Directory.Move(_service.CatalogFolder, away);

        var load = await RefreshAsync();

        Assert.Equal((4, false), ((int)load["items"]!, (bool)load["source"]!["available"]!));
        Assert.False((bool?)load["restored"]);
        Assert.False((bool?)load["kept"]);
        var findings = await Service.GetAsync(Client, "/api/v1/catalog/validation-errors");
        Assert.Equal("source.unavailable", (string?)Assert.Single(findings["errors"]!.AsArray())?["rule"]);
        using (var ready = await Client.GetAsync("/api/v1/health/ready", Stop))
        {
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
            var health = await Service.ReadAsync(ready);
            Assert.Equal(("up", "down"), ((string?)health["parts"]?["catalog"], (string?)health["parts"]?["catalog_source"]));
            Assert.Equal((string?)load["source"]?["unavailable_since"], (string?)health["catalog_outage"]?["since"]);
            Assert.Equal((string?)load["loaded_at"], (string?)health["catalog_outage"]?["loaded_at"]);
        }

        Directory.Move(away, _service.CatalogFolder);
        var back = await RefreshAsync();
        Assert.True((bool?)back["valid"]);
        Assert.True((bool?)back["kept"]);
        Assert.Null((await Service.GetAsync(Client, "/api/v1/health"))["catalog_outage"]);
    }

    [Fact]
    public async Task Many_refreshes_at_once_see_what_was_written_before_them()
    {
        for (var version = 1; version <= 5; version++)
        {
            _service.ChangeVersion(TestCatalog.Echo, $"1.{version}.0");
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RefreshAsync()));

            Assert.All(answers, answer => Assert.True((bool?)answer["kept"]));
            Assert.Equal($"1.{version}.0", (string?)(await Service.GetAsync(Client, $"/api/v1/catalog/items/{TestCatalog.Echo}"))["version"]);
        }
    }

    [Fact]
    public async Task A_load_that_takes_long_goes_on_without_its_caller()
    {
        var archive = new SlowArchive();
        var services = new ServiceCollection().AddLogging().AddSingleton<ICatalogArchive>(archive);
        services.AddSingleton<TimeProvider>(new FakeTimeProvider());
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Pao:Catalog:Folder"] = _service.CatalogFolder }).Build());
        await using var provider = services.AddCatalog().BuildServiceProvider();
        var catalog = provider.GetRequiredService<ServiceCatalog>();
        var time = new FakeTimeProvider();

        var refresh = LoadEndpoints.Refresh(catalog, time, Stop);
        await archive.Asked.Task.WaitAsync(Stop);
        time.Advance(TimeSpan.FromSeconds(25));
        var accepted = Assert.IsType<Accepted<CatalogState>>((await refresh).Result);

        Assert.Equal((0, "/api/v1/catalog/validation-errors"), (accepted.Value?.Items, accepted.Location));
        archive.Answer.SetResult();
        Assert.Equal(4, (await catalog.LoadAsync(Stop)).Snapshot.Items.Count);
    }

    private static JsonObject Without(JsonObject body, params string[] measured)
    {
        foreach (var name in measured)
            body[name] = body[name]?.GetValueKind() is System.Text.Json.JsonValueKind.Number ? 0 : "";
        return body;
    }

    private async Task<JsonObject> RefreshAsync()
    {
        using var answer = await Client.PostAsync("/api/v1/catalog/refresh", null, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await Service.ReadAsync(answer);
    }

    /// <summary>Three errors in two folders, and a warning beside the two that the tests' catalog has.</summary>
    private async Task WriteWrongAsync()
    {
        Write("compute/a.yaml", "kind: [");
        Write("compute/b.yaml", "kind: [");
        Write("storage/c.yaml", "kind: [");
        Write(
            "compute/short.yaml",
            System.Text.RegularExpressions.Regex.Replace(Text(TestCatalog.Echo), "(?m)^  description: .*$", "  description: Short.")
                .Replace(TestCatalog.Echo, "compute-short-standard", StringComparison.Ordinal));
        await RefreshAsync();
    }

    private string Text(string item) => File.ReadAllText(Path.Combine(_service.CatalogFolder, "compute", $"{item}.yaml"));

    private void Write(string file, string text)
    {
        var path = Path.Combine(_service.CatalogFolder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Answers when it is told to.</summary>
    private sealed class SlowArchive : ICatalogArchive
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<KeptCatalog?> ReadAsync(long? since, CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            await Answer.Task.WaitAsync(cancellationToken);
            return new KeptCatalog(0, null, [], new HashSet<string>());
        }

        public Task<long?> KeepAsync(KeptChange change, CancellationToken cancellationToken) => Task.FromResult<long?>(change.Number + 1);
    }
}
