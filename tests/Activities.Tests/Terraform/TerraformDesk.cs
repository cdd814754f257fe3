using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pao.Activities.Secrets;
using Pao.Activities.Tests.Jira;
using Pao.DurableTask;
using Pao.TaskHub.Tests.Harness;

namespace Pao.Activities.Tests.Terraform;

/// <summary>
/// Terraform's files in a repository and a Terraform Cloud of the test's own, over real HTTP as the service does it: attempts with
/// a journal between them, then looks until the file is applied.
/// </summary>
internal sealed class TerraformDesk : IAsyncDisposable
{
    public const string Organization = "acme";
    public const string Workspace = "infrastructure";
    public const string Mapping = "Pao:Terraform:Mappings:infra";

    private const int MostAttempts = 4;

    private readonly HttpClient _http = new();
    private readonly ServiceProvider _services;
    private readonly string _sandbox;
    private readonly string _name = $"t{Guid.NewGuid():n}";

    private TerraformDesk(string sandbox, bool hasCloud, IRequestSecrets? secrets, (string Key, string? Value)[] settings)
    {
        _sandbox = sandbox;
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(Defaults(hasCloud))
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(
                setting.Key.StartsWith("Pao:", StringComparison.Ordinal) ? setting.Key : $"{Mapping}:{setting.Key}", setting.Value)))
            .Build();
        var services = new ServiceCollection();
        if (secrets is not null)
            services.AddSingleton(secrets);
        _services = services
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging()
            .AddActivities()
            .AddSingleton<DeskJournal>()
            .AddSingleton<IActionJournal>(services => services.GetRequiredService<DeskJournal>())
            .AddTransient<ExecuteAction>()
            .BuildServiceProvider(validateScopes: true);
    }

    public string Repository => $"acme/{_name}";

    public string CloudUrl => $"{_sandbox}/terraform/{_name}";

    public DeskJournal Journal => _services.GetRequiredService<DeskJournal>();

    public IFollowedExecutor Executor => (IFollowedExecutor)_services.GetServices<IActionExecutor>().Single(executor => executor.Type is "terraform");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A repository with a file of its owners, and a workspace.</summary>
    public static Task<TerraformDesk> OpenAsync(SandboxProcess sandbox, bool hasCloud = true, params (string Key, string? Value)[] settings) =>
        OpenAsync(new TerraformDesk(sandbox.Url, hasCloud, secrets: null, settings));

    public static Task<TerraformDesk> OpenAsync(SandboxProcess sandbox, IRequestSecrets secrets) =>
        OpenAsync(new TerraformDesk(sandbox.Url, hasCloud: true, secrets, []));

    private static async Task<TerraformDesk> OpenAsync(TerraformDesk desk)
    {
        await desk.PostAsync("/sandbox/github/repositories", new JsonObject { ["full_name"] = desk.Repository });
        await desk.PushAsync(new JsonObject { ["main.tf"] = "# the team's\n", ["stacks/main.tf"] = "# the team's\n", [".github/CODEOWNERS"] = "* @acme/platform\n" });
        return desk;
    }

    public static ActionExecution Action(string? content = null, string file = "sessions.tf", string? rest = null, string? outputs = null) => new(
        Guid.NewGuid(), "apply", 0, "terraform",
        (JsonObject)JsonNode.Parse($$"""{"repositoryMapping": "infra", "filename": "{{file}}"{{(rest is null ? "" : $", {rest}")}}}""")!
            .With("contentTemplate", content ?? Module("sessions")),
        outputs is null ? null : JsonNode.Parse(outputs), "correlation-1", Timeout: null);

    public static string Module(string name) => $$"""
        module "{{name}}" {
          source = "app.terraform.io/acme/redis/aws"
          name   = "{{name}}"
        }

        output "endpoint" {
          value = "{{name}}.cache.example"
        }
        """;

    public Task<ActionStanding> AttemptAsync(ActionExecution execution) =>
        _services.GetRequiredService<ExecuteAction>().RunAsync(new Context(), execution);

    /// <summary>Attempts until one succeeds, as the engine makes them, without its pauses.</summary>
    public async Task<ActionStanding> StartAsync(ActionExecution execution)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(execution);
            }
            catch (ActionFailedException failure) when (failure.Retryable && attempt < MostAttempts)
            {
            }
        }
    }

    /// <summary>From the first attempt until all is applied; what cannot be read is read again.</summary>
    public async Task<ActionResult> RunAsync(ActionExecution execution)
    {
        var standing = await StartAsync(execution);
        return standing.Result ?? await FollowToEndAsync(execution, standing.Waiting!);
    }

    public async Task<ActionResult> FollowToEndAsync(ActionExecution execution, ActionProgress.Waiting waiting) =>
        Assert.IsType<ActionProgress.Done>(await FollowUntilAsync(execution, waiting, progress => progress is ActionProgress.Done)).Result;

    /// <summary>Looks again and again, as the service does with longer pauses.</summary>
    public async Task<ActionProgress> FollowUntilAsync(ActionExecution execution, ActionProgress.Waiting waiting, Func<ActionProgress, bool> isEnd)
    {
        ActionProgress progress = waiting;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    progress = await Executor.FollowAsync(execution, waiting.Handle, Cancellation);
                    if (isEnd(progress))
                        return true;
                    waiting = Assert.IsType<ActionProgress.Waiting>(progress);
                }
                catch (ActionFailedException failure) when (failure.Retryable)
                {
                }

                return false;
            },
            () => $"the action ends, which waits for {waiting.WaitsFor}");
        return progress;
    }

    public Task<ActionProgress.Waiting> WaitsForAsync(ActionExecution execution, ActionProgress.Waiting waiting, string what) => CastAsync(
        FollowUntilAsync(execution, waiting, progress => progress is ActionProgress.Waiting now && now.WaitsFor.Contains(what, StringComparison.Ordinal)));

    public async Task<ActionFailedException> FailAsync(ActionExecution execution) =>
        await Assert.ThrowsAsync<ActionFailedException>(() => AttemptAsync(execution));

    public async Task<ActionFailedException> RunFailsAsync(ActionExecution execution) =>
        await Assert.ThrowsAsync<ActionFailedException>(() => RunAsync(execution));

    /// <summary>The files of a branch, without the team's.</summary>
    public async Task<IReadOnlyDictionary<string, string>> FilesAsync(string branch = "main")
    {
        var all = await _http.GetFromJsonAsync<Dictionary<string, string>>($"{_sandbox}/sandbox/github/repositories/{Repository}/files?branch={branch}", Cancellation) ?? [];
        return all.Where(file => !file.Value.StartsWith("# the team's", StringComparison.Ordinal) && !file.Key.StartsWith('.')).ToDictionary();
    }

    /// <summary>The messages of the branch's commits, the newest first, without the team's.</summary>
    public async Task<string[]> CommitsAsync()
    {
        var commits = await ApiAsync($"/commits?sha=main&per_page=100");
        return [.. commits.AsArray().Select(commit => (string)commit!["commit"]!["message"]!).Where(message => message.Contains("Pao-Key", StringComparison.Ordinal))];
    }

    public Task<JsonNode> PullsAsync() => ApiAsync("/pulls?state=all");

    public async Task<JsonObject> CloudAsync(string workspace = Workspace) =>
        await _http.GetFromJsonAsync<JsonObject>($"{CloudUrl}/control/workspaces/{Organization}/{workspace}", Cancellation) ?? [];

    public async Task<JsonObject[]> RunsAsync() => [.. (await CloudAsync())["runs"]!.AsArray().OfType<JsonObject>()];

    public Task SetCloudAsync(JsonObject settings, string workspace = Workspace) =>
        PostAsync($"/terraform/{_name}/control/workspaces/{Organization}/{workspace}", settings);

    public Task ControlAsync(string path) => PostAsync($"/terraform/{_name}/control/{path}", []);

    /// <summary>What a person does in Terraform Cloud: <c>apply</c>, <c>discard</c>.</summary>
    public async Task ActAsync(string run, string action)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{CloudUrl}/api/v2/runs/{run}/actions/{action}") { Content = JsonContent.Create(new JsonObject()) };
        request.Headers.Authorization = new("Bearer", "sandbox-terraform-token");
        using var answer = await _http.SendAsync(request, Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Somebody else commits.</summary>
    public Task PushAsync(JsonObject files, string login = "alice") => PostAsync(
        $"/sandbox/github/repositories/{Repository}/pushes",
        new JsonObject { ["commits"] = new JsonArray(new JsonObject { ["login"] = login, ["message"] = "A change", ["files"] = files }) });

    public Task RepositoryAsync(string path, JsonObject? body = null) => PostAsync($"/sandbox/github/repositories/{Repository}/{path}", body ?? []);

    /// <summary>Plans a fault for the next calls to an operation: <c>github PATCH git/refs/heads/main</c>, <c>cloud POST runs</c>.</summary>
    public Task FaultAsync(string operation, string kind, params (string Name, JsonNode Value)[] more)
    {
        var parts = operation.Split(' ');
        var api = parts[0] is "github" ? $"/github/api/v3/repos/{Repository}" : $"/terraform/{_name}{(parts[2].StartsWith("archivist", StringComparison.Ordinal) ? "" : "/api/v2")}";
        var fault = new JsonObject { ["kind"] = kind, ["method"] = parts[1], ["path"] = $"{api}/{parts[2]}" };
        foreach (var (name, value) in more)
            fault[name] = value;
        return PostAsync("/faults/planned", fault);
    }

    /// <summary>How often something was done, by the ledger.</summary>
    public async Task<int> EffectsAsync(string method, string path)
    {
        var entries = await _http.GetFromJsonAsync<JsonObject[]>($"{_sandbox}/ledger", Cancellation) ?? [];
        return entries.Count(entry => (string?)entry["outcome"] is "effect" && (string?)entry["method"] == method
            && ((string)entry["path"]!).Contains(_name, StringComparison.Ordinal) && ((string)entry["path"]!).EndsWith(path, StringComparison.Ordinal));
    }

    public async Task<JsonObject[]> TrafficAsync(string system) => await _http.GetFromJsonAsync<JsonObject[]>(
        $"{_sandbox}/traffic?below={(system is "github" ? $"/github/api/v3/repos/{Repository}" : $"/terraform/{_name}/api")}", Cancellation) ?? [];

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _services.DisposeAsync();
    }

    private static async Task<ActionProgress.Waiting> CastAsync(Task<ActionProgress> progress) => Assert.IsType<ActionProgress.Waiting>(await progress);

    private async Task<JsonNode> ApiAsync(string path) =>
        await _http.GetFromJsonAsync<JsonNode>($"{_sandbox}/github/api/v3/repos/{Repository}{path}", Cancellation) ?? throw new InvalidOperationException("Nothing was answered.");

    private async Task PostAsync(string path, JsonObject body)
    {
        using var answer = await _http.PostAsJsonAsync($"{_sandbox}{path}", body, Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    private Dictionary<string, string?> Defaults(bool hasCloud)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Pao:Egress:Allow:loopback"] = "127.0.0.1",
            ["Pao:Egress:AllowHttp:loopback"] = "127.0.0.1",
            ["Pao:Resilience:FewestCalls"] = "1000",
            ["Pao:Activities:DefaultTimeout"] = "00:00:05",
            ["Pao:GitHub:Owners:acme:Api"] = $"{_sandbox}/github/api/v3",
            ["Pao:GitHub:Owners:acme:Token"] = "github",
            ["Pao:Secrets:github"] = $"github-token-{_name}",
            ["Pao:Secrets:terraform"] = "sandbox-terraform-token",
            [$"{Mapping}:Repository"] = Repository,
            [$"{Mapping}:Content:ModuleSources:0"] = "app.terraform.io/acme",
        };
        if (hasCloud)
        {
            settings[$"{Mapping}:TerraformCloud:Address"] = CloudUrl;
            settings[$"{Mapping}:TerraformCloud:Organization"] = Organization;
            settings[$"{Mapping}:TerraformCloud:Workspace"] = Workspace;
            settings[$"{Mapping}:TerraformCloud:Token"] = "terraform";
        }

        return settings;
    }

    private sealed class Context : TaskActivityContext
    {
        public override TaskName Name => nameof(ExecuteAction);

        public override string InstanceId => "instance";

        public override CancellationToken CancellationToken => Cancellation;
    }
}

internal static class JsonObjects
{
    public static JsonObject With(this JsonNode node, string name, JsonNode value)
    {
        node[name] = value;
        return (JsonObject)node;
    }
}
