using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pao.DurableTask.Client;
using Pao.DurableTask.Worker;

namespace Pao.Api.Tests.Harness;

/// <summary>The whole service on SQLite in a folder of its own, with a target to call.</summary>
public sealed class Service : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pao-api-");
    private WebApplicationFactory<Program>? _factory;
    private Target? _target;

    /// <summary>Configuration beside the harness's own; it wins.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Changes of its parts, such as where calls seem to come from.</summary>
    public Action<IServiceCollection> Change { get; init; } = _ => { };

    /// <summary>False for one that will not, because it has no catalog.</summary>
    public bool BecomesReady { get; init; } = true;

    /// <summary>Writes more documents into the catalog's folder before the start; the address is the target's.</summary>
    public Action<string, Uri>? WriteDocuments { get; init; }

    public Target Target => _target ?? throw new InvalidOperationException("Not started.");

    /// <summary>What else the service's hub runs, beside requests.</summary>
    public Orchestrations Orchestrations { get; } = new();

    /// <summary>What the service logs.</summary>
    public CapturedLog Log { get; } = new();

    /// <summary>A client of the service's hub.</summary>
    public DurableTaskClient Hub => Factory.Services.GetRequiredService<DurableTaskClient>();

    public IServiceProvider Services => Factory.Services;

    public string DataDirectory => Path.Combine(_folder.FullName, "data");

    public string CatalogFolder => Path.Combine(_folder.FullName, "catalog");

    public string Key => File.ReadAllText(Path.Combine(DataDirectory, "access-key")).Trim();

    private WebApplicationFactory<Program> Factory => _factory ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        _target = await Target.StartAsync();
        TestCatalog.Write(CatalogFolder, _target.Address);
        WriteDocuments?.Invoke(CatalogFolder, _target.Address);
        _factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseSetting("Pao:DataDirectory", DataDirectory);
            host.UseSetting("Pao:Catalog:Folder", CatalogFolder);
            host.UseSetting("Pao:Egress:Allow:tests", "127.0.0.1");
            host.UseSetting("Pao:Egress:AllowHttp:tests", "127.0.0.1");
            host.UseSetting("Pao:Resilience:FewestCalls", "1000"); // tests that fail calls on purpose share the target
            host.UseSetting("Logging:LogLevel:Default", "Error");
            foreach (var (key, value) in Settings)
                host.UseSetting(key, value);
            host.ConfigureServices(services => services.AddLogging(logging => logging.AddProvider(Log).AddFilter<CapturedLog>(null, LogLevel.Information)));
            host.ConfigureServices(services => services.AddSignIn());
            host.ConfigureServices(services => services.AddDurableTaskWorker(worker => worker.AddTasks(Orchestrations.AddTo)));
            host.ConfigureServices(services => Change(services));
        });
        using var client = Client();
        if (BecomesReady)
            await BecomeReadyAsync(client);
    }

    public async ValueTask DisposeAsync()
    {
        if (_factory is not null)
            await _factory.DisposeAsync();
        if (_target is not null)
            await _target.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Writes another version into a document that the tests' catalog has.</summary>
    public void ChangeVersion(string item, string version)
    {
        var file = Path.Combine(CatalogFolder, "compute", $"{item}.yaml");
        var changed = System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(file), "(?m)^  version: .*$", $"  version: {version}");
        File.WriteAllText(file, changed);
    }

    /// <summary>A client with the access key.</summary>
    public HttpClient Client()
    {
        var client = Stranger();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        return client;
    }

    /// <summary>A client whose calls are those of a principal.</summary>
    public HttpClient ClientOf(string principal)
    {
        var client = Stranger();
        client.DefaultRequestHeaders.Add(SignIn.Header, principal);
        return client;
    }

    /// <summary>Stores a principal, or what it may do from now on.</summary>
    public async Task EnrolAsync(string id, IEnumerable<string> roles, IEnumerable<string> teams, bool disabled = false)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={Path.Combine(DataDirectory, "pao.db")};Pooling=false;Default Timeout=10");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = """
            insert into principals (id, name, email, roles, teams, created_at, updated_at, disabled_at)
            values (@id, @id, @id || '@example.com', @roles, @teams, 0, 0, @disabled)
            on conflict (id) do update set roles = @roles, teams = @teams, disabled_at = @disabled
            """;
        command.Parameters.AddWithValue("@id", id);
        command.Parameters.AddWithValue("@roles", System.Text.Json.JsonSerializer.Serialize(roles));
        command.Parameters.AddWithValue("@teams", System.Text.Json.JsonSerializer.Serialize(teams));
        command.Parameters.AddWithValue("@disabled", disabled ? 1 : DBNull.Value);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A client without it.</summary>
    public HttpClient Stranger() => Factory.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    public static async Task<JsonObject> SubmitAsync(HttpClient client, string item, object fields)
    {
        using var answer = await client.PostAsJsonAsync(
            "/api/v1/requests", new { catalog_item_id = item, fields }, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, answer.StatusCode);
        return await ReadAsync(answer);
    }

    /// <summary>Long-polls until the request stands so.</summary>
    public static async Task<JsonObject> WaitForStatusAsync(HttpClient client, string id, string status)
    {
        for (var tries = 0; tries < 20; tries++)
        {
            var state = await GetAsync(client, $"/api/v1/requests/{id}/status{(tries == 0 ? "" : "?wait=2s")}");
            if (state["status"]?.GetValue<string>() == status)
                return state;
        }

        throw new TimeoutException($"Request {id} did not become {status}: {await GetAsync(client, $"/api/v1/requests/{id}")}");
    }

    /// <summary>Looks until what is there is as it should become.</summary>
    public static async Task<JsonObject> WaitForAsync(HttpClient client, string path, Func<JsonObject, bool> reached)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var tries = 0; tries < 400; tries++)
        {
            var now = await GetAsync(client, path);
            if (reached(now))
                return now;
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"{path} did not become as expected: {await GetAsync(client, path)}");
    }

    public static async Task<JsonObject> GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        return await ReadAsync(answer);
    }

    public static async Task<JsonObject> ReadAsync(HttpResponseMessage answer) =>
        await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken)
        ?? throw new InvalidOperationException("The body is null.");

    private static async Task BecomeReadyAsync(HttpClient client)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var last = "";
        for (var tries = 0; tries < 400; tries++)
        {
            using var answer = await client.GetAsync("/api/v1/health/ready", TestContext.Current.CancellationToken);
            if (answer.IsSuccessStatusCode)
                return;
            last = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"The service did not become ready: {last}");
    }
}
