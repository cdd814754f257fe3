using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pao.Activities.Jira;
using Pao.DurableTask;

namespace Pao.Activities.Tests.Jira;

/// <summary>
/// Tickets in a JIRA of the test's own, made over real HTTP as the service makes them: attempts with a journal between them,
/// then looks at the ticket until it is resolved.
/// </summary>
internal sealed class TicketDesk : IAsyncDisposable
{
    private const int MostAttempts = 4;

    private readonly HttpClient _http = new();
    private readonly ServiceProvider _services;
    private readonly string _sandbox;
    private readonly bool _isCloud;

    public TicketDesk(SandboxProcess sandbox, bool isCloud = true, IRelatedTickets? related = null, params (string Key, string Value)[] settings)
    {
        _sandbox = sandbox.Url;
        _isCloud = isCloud;
        Site = $"site-{Guid.NewGuid():n}";
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(Defaults())
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(
                setting.Key is "JIRA_API_TOKEN" || setting.Key.StartsWith("Pao:", StringComparison.Ordinal) ? setting.Key : $"Pao:Jira:Instances:default:{setting.Key}", setting.Value)))
            .Build();
        var services = new ServiceCollection();
        if (related is not null)
            services.AddSingleton(related);
        _services = services
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging()
            .AddActivities()
            .AddSingleton<DeskJournal>()
            .AddSingleton<IActionJournal>(services => services.GetRequiredService<DeskJournal>())
            .AddTransient<ExecuteAction>()
            .BuildServiceProvider(validateScopes: true);
    }

    /// <summary>The name of the JIRA.</summary>
    public string Site { get; }

    public string Url => $"{_sandbox}/jira/{Site}";

    public DeskJournal Journal => _services.GetRequiredService<DeskJournal>();

    public ICommentedExecutor Executor => (ICommentedExecutor)_services.GetServices<IActionExecutor>().Single(executor => executor.Type is "jira-ticket");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Api => $"/jira/{Site}/rest/api/{(_isCloud ? 3 : 2)}";

    public static ActionExecution Action(string ticket, string? rest = null, string? outputs = null, TimeSpan? timeout = null) => new(
        Guid.NewGuid(), "ticket", 0, "jira-ticket", (JsonObject)JsonNode.Parse($"{{\"ticket\": {ticket}{(rest is null ? "" : $", {rest}")}}}")!,
        outputs is null ? null : JsonNode.Parse(outputs), "correlation-1", timeout);

    /// <summary>A ticket with nothing special about it.</summary>
    public static ActionExecution Plain(string? rest = null, string? outputs = null) =>
        Action("""{"project": "PLAT", "summaryTemplate": "A machine"}""", rest, outputs);

    /// <summary>One attempt.</summary>
    public Task<ActionStanding> AttemptAsync(ActionExecution execution, CancellationToken? cancellationToken = null) =>
        _services.GetRequiredService<ExecuteAction>().RunAsync(new Context(cancellationToken ?? Cancellation), execution);

    /// <summary>Attempts until one succeeds, as the engine makes them, without its pauses.</summary>
    public async Task<ActionProgress.Waiting> StartAsync(ActionExecution execution)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var standing = await AttemptAsync(execution);
                Assert.NotNull(standing.Waiting);
                return standing.Waiting;
            }
            catch (ActionFailedException failure) when (failure.Retryable && attempt < MostAttempts)
            {
            }
        }
    }

    public async Task<ActionFailedException> FailAsync(ActionExecution execution) =>
        await Assert.ThrowsAsync<ActionFailedException>(() => AttemptAsync(execution));

    public Task<ActionProgress> FollowAsync(ActionExecution execution, ActionProgress.Waiting waiting) =>
        Executor.FollowAsync(execution, waiting.Handle, Cancellation);

    public async Task<ActionFailedException> FollowFailsAsync(ActionExecution execution, ActionProgress.Waiting waiting) =>
        await Assert.ThrowsAsync<ActionFailedException>(() => FollowAsync(execution, waiting));

    /// <summary>A ticket that a person has moved to a status.</summary>
    public async Task<(ActionExecution Execution, ActionProgress.Waiting Waiting)> MovedAsync(
        ActionExecution execution, string status, string? resolution = null, JsonObject? fields = null)
    {
        var waiting = await StartAsync(execution);
        await MoveAsync((string)waiting.Handle["key"]!, status, resolution, fields);
        return (execution, waiting);
    }

    public Task MoveAsync(string key, string status, string? resolution = null, JsonObject? fields = null) => ControlAsync(
        $"issues/{key}/move", new JsonObject { ["status"] = status, ["resolution"] = resolution, ["fields"] = fields?.DeepClone() });

    public Task SetAsync(JsonObject settings) => ControlAsync("settings", settings);

    public async Task PostToSandboxAsync(string path, JsonObject body)
    {
        using var answer = await _http.PostAsJsonAsync($"{_sandbox}{path}", body, Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    public async Task DeleteAsync(string path)
    {
        using var answer = await _http.DeleteAsync($"{Url}/control/{path}", Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Plans a fault for the next calls to an operation, such as <c>POST issue</c>.</summary>
    public Task FaultAsync(string operation, string kind, params (string Name, JsonNode Value)[] more)
    {
        var parts = operation.Split(' ');
        var fault = new JsonObject { ["kind"] = kind, ["method"] = parts[0], ["path"] = $"{Api}/{parts[1]}" };
        foreach (var (name, value) in more)
            fault[name] = value;
        return PostToSandboxAsync("/faults/planned", fault);
    }

    public async Task<JsonObject[]> TicketsAsync() =>
        [.. (await _http.GetFromJsonAsync<JsonArray>($"{Url}/control/issues", Cancellation))!.OfType<JsonObject>()];

    public async Task<JsonObject> TicketAsync() => Assert.Single(await TicketsAsync());

    /// <summary>How often something was done for an action, by the ledger: tickets, comments.</summary>
    public async Task<int> EffectsAsync(string path)
    {
        var entries = await _http.GetFromJsonAsync<JsonObject[]>($"{_sandbox}/ledger", Cancellation) ?? [];
        return entries.Count(entry => (string?)entry["outcome"] is "effect" && ((string?)entry["path"])!.StartsWith($"{Api}/{path}", StringComparison.Ordinal));
    }

    public async Task<JsonObject[]> TrafficAsync() =>
        await _http.GetFromJsonAsync<JsonObject[]>($"{_sandbox}/traffic?below=/jira/{Site}/", Cancellation) ?? [];

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _services.DisposeAsync();
    }

    private Task ControlAsync(string path, JsonObject body) => PostToSandboxAsync($"/jira/{Site}/control/{path}", body);

    private Dictionary<string, string?> Defaults() => new()
    {
        ["Pao:Egress:Allow:loopback"] = "127.0.0.1",
        ["Pao:Egress:AllowHttp:loopback"] = "127.0.0.1",
        ["Pao:Jira:Instances:default:BaseAddress"] = Url,
        ["Pao:Jira:Instances:default:Kind"] = _isCloud ? "Cloud" : "DataCenter",
        ["Pao:Jira:Instances:default:Authentication:Email"] = "bot@example.com",
        ["Pao:Jira:Instances:default:Authentication:Secret"] = "jira",
        ["Pao:Jira:Instances:default:SearchGrace"] = "00:00:00",
        ["Pao:Jira:Instances:default:CreateGrace"] = "00:00:00",
        ["Pao:Secrets:jira"] = _isCloud ? "sandbox-jira-token" : "sandbox-jira-pat",
    };

    private sealed class Context(CancellationToken cancellationToken) : TaskActivityContext
    {
        public override TaskName Name => nameof(ExecuteAction);

        public override string InstanceId => "instance";

        public override CancellationToken CancellationToken => cancellationToken;
    }
}
