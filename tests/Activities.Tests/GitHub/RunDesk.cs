using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pao.Activities.Tests.Jira;
using Pao.DurableTask;

namespace Pao.Activities.Tests.GitHub;

/// <summary>
/// Runs in a repository of the test's own, started over real HTTP as the service starts them: attempts with a journal between
/// them, then looks at the run until it has ended.
/// </summary>
internal sealed class RunDesk : IAsyncDisposable
{
    private const int MostAttempts = 4;

    private readonly HttpClient _http = new();
    private readonly ServiceProvider _services;
    private readonly string _sandbox;

    private RunDesk(SandboxProcess sandbox, (string Key, string? Value)[] settings)
    {
        _sandbox = sandbox.Url;
        Owner = $"o{Guid.NewGuid():n}"[..20];
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(Defaults())
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(
                setting.Key.StartsWith("Pao:", StringComparison.Ordinal) ? setting.Key : $"Pao:GitHub:Owners:default:{setting.Key}", setting.Value)))
            .Build();
        _services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging()
            .AddActivities()
            .AddSingleton<DeskJournal>()
            .AddSingleton<IActionJournal>(services => services.GetRequiredService<DeskJournal>())
            .AddTransient<ExecuteAction>()
            .BuildServiceProvider(validateScopes: true);
    }

    public string Owner { get; }

    public string Repository => $"{Owner}/infra";

    public DeskJournal Journal => _services.GetRequiredService<DeskJournal>();

    public IFollowedExecutor Executor => (IFollowedExecutor)_services.GetServices<IActionExecutor>().Single(executor => executor.Type is "github-workflow");

    public string Token { get; private set; } = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A repository with the workflow <c>provision.yml</c>, which shows the marker in the names of its runs.</summary>
    public static async Task<RunDesk> OpenAsync(SandboxProcess sandbox, params (string Key, string? Value)[] settings)
    {
        var desk = new RunDesk(sandbox, settings);
        await desk.PostAsync("/sandbox/github/repositories", new JsonObject { ["full_name"] = desk.Repository });
        await desk.ControlAsync("pushes", new JsonObject { ["commits"] = new JsonArray(new JsonObject { ["login"] = "ada", ["files"] = new JsonObject { ["a"] = "b" } }) });
        await desk.WorkflowAsync(new JsonObject { ["pao_key"] = new JsonObject() }, "Provision ${{ inputs.pao_key }}");
        return desk;
    }

    /// <param name="inputs">Those that the workflow takes, beside <c>name</c> and <c>size</c>.</param>
    /// <param name="runName">How its runs are called.</param>
    /// <param name="more">What else is special about it.</param>
    public Task WorkflowAsync(JsonObject inputs, string? runName = null, params (string Name, JsonNode? Value)[] more)
    {
        var declared = (JsonObject)inputs.DeepClone();
        declared["name"] = new JsonObject { ["required"] = true };
        declared["size"] = new JsonObject { ["options"] = new JsonArray("small", "large") };
        var workflow = new JsonObject { ["file"] = "provision.yml", ["inputs"] = declared, ["run_name"] = runName, ["is_startable"] = true };
        foreach (var (name, value) in more)
            workflow[name] = value;
        return ControlAsync("workflows", workflow);
    }

    public Task SetAsync(params (string Name, JsonNode? Value)[] settings)
    {
        var all = new JsonObject { ["answers"] = "details", ["conclusion"] = "success", ["webhook_copies"] = 1 };
        foreach (var (name, value) in settings)
            all[name] = value;
        return ControlAsync("actions", all);
    }

    public ActionExecution Action(string? rest = null, string inputs = """{"name": "shop"}""", string workflow = "provision.yml", TimeSpan? timeout = null) => new(
        Guid.NewGuid(), "provision", 0, "github-workflow",
        (JsonObject)JsonNode.Parse($$"""
            {"repository": {"owner": "{{Owner}}", "name": "infra"}, "workflow": {"id": "{{workflow}}"}, "inputs": {{inputs}}{{(rest is null ? "" : ", " + rest)}}}
            """)!,
        Outputs: null, "correlation-1", timeout);

    /// <summary>One attempt.</summary>
    public Task<ActionStanding> AttemptAsync(ActionExecution execution) =>
        _services.GetRequiredService<ExecuteAction>().RunAsync(new Context(), execution);

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

    /// <summary>The run of another action, of which nothing is known yet.</summary>
    public Task<ActionProgress.Waiting> AnotherAsync(ActionExecution execution)
    {
        Journal.Forget();
        return StartAsync(execution);
    }

    public async Task<ActionFailedException> FailAsync(ActionExecution execution) =>
        await Assert.ThrowsAsync<ActionFailedException>(() => AttemptAsync(execution));

    public Task<ActionProgress> FollowAsync(ActionExecution execution, ActionProgress.Waiting waiting) =>
        Executor.FollowAsync(execution, waiting.Handle, Cancellation);

    public async Task<ActionFailedException> FollowFailsAsync(ActionExecution execution, ActionProgress.Waiting waiting) =>
        await Assert.ThrowsAsync<ActionFailedException>(() => FollowAsync(execution, waiting));

    public Task CancelAsync(ActionExecution execution, ActionProgress.Waiting waiting) =>
        Executor.CancelAsync(execution, waiting.Handle, "not needed", Cancellation);

    public Task MoveAsync(ActionProgress.Waiting waiting, string status, string? conclusion = null, int? attempt = null) => ControlAsync(
        $"runs/{waiting.Handle["id"]}", new JsonObject { ["status"] = status, ["conclusion"] = conclusion, ["attempt"] = attempt });

    public async Task DeleteAsync(ActionProgress.Waiting waiting)
    {
        using var answer = await _http.DeleteAsync($"{_sandbox}/sandbox/github/repositories/{Repository}/runs/{waiting.Handle["id"]}", Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Somebody starts the same workflow on GitHub's pages, without a marker.</summary>
    public async Task StartByHandAsync(string branch = "main")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_sandbox}/github/api/v3/repos/{Repository}/actions/workflows/provision.yml/dispatches")
        {
            Content = JsonContent.Create(new JsonObject { ["ref"] = branch, ["inputs"] = new JsonObject { ["name"] = "by-hand" } }),
            Headers = { Authorization = new("Bearer", "somebody-else") },
        };
        using var answer = await _http.SendAsync(request, Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    public Task ControlAsync(string path, JsonObject body) => PostAsync($"/sandbox/github/repositories/{Repository}/{path}", body);

    public async Task PostAsync(string path, JsonObject body)
    {
        using var answer = await _http.PostAsJsonAsync($"{_sandbox}{path}", body, Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Plans a fault for the next calls to an operation, such as <c>POST actions/workflows/provision.yml/dispatches</c>.</summary>
    public Task FaultAsync(string operation, string kind, params (string Name, JsonNode Value)[] more)
    {
        var parts = operation.Split(' ');
        var below = parts[1].Length is 0 ? "" : $"/{parts[1]}";
        var fault = new JsonObject
        {
            ["kind"] = kind, ["method"] = parts[0], ["path"] = $"/github/api/v3/repos/{Repository}{below}", ["body"] = """{"message": "a planned fault"}""",
        };
        foreach (var (name, value) in more)
            fault[name] = value;
        return PostAsync("/faults/planned", fault);
    }

    /// <summary>All runs of the repository, as GitHub has them, with their inputs.</summary>
    public async Task<JsonObject[]> RunsAsync() =>
        [.. (await _http.GetFromJsonAsync<JsonArray>($"{_sandbox}/sandbox/github/repositories/{Repository}/runs", Cancellation))!.OfType<JsonObject>()];

    public async Task<JsonObject> RunAsync() => Assert.Single(await RunsAsync());

    public async Task<JsonObject[]> TrafficAsync() =>
        await _http.GetFromJsonAsync<JsonObject[]>($"{_sandbox}/traffic?below=/github/api/v3/repos/{Owner}/", Cancellation) ?? [];

    /// <summary>How often an operation was called.</summary>
    public async Task<int> CallsAsync(string method, string end) =>
        (await TrafficAsync()).Count(exchange => (string?)exchange["method"] == method && ((string)exchange["path"]!).EndsWith(end, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _services.DisposeAsync();
    }

    private Dictionary<string, string?> Defaults()
    {
        Token = $"github-token-{Owner}";
        return new()
        {
            ["Pao:Egress:Allow:loopback"] = "127.0.0.1",
            ["Pao:Egress:AllowHttp:loopback"] = "127.0.0.1",
            ["Pao:GitHub:Owners:default:Api"] = $"{_sandbox}/github/api/v3",
            ["Pao:GitHub:Owners:default:Token"] = "github",
            ["Pao:GitHub:Owners:default:Repositories:0"] = $"{Owner}/*",
            ["Pao:GitHub:Owners:default:SearchGrace"] = "00:00:00",
            ["Pao:Secrets:github"] = Token,
        };
    }

    private sealed class Context : TaskActivityContext
    {
        public override TaskName Name => nameof(ExecuteAction);

        public override string InstanceId => "instance";

        public override CancellationToken CancellationToken => Cancellation;
    }
}
