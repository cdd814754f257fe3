using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>The target of all actions, in a process of its own that no test kills: its ledger is the judge.</summary>
internal sealed class SandboxProcess : ServerProcess
{
    /// <summary>Unlike what it is called, so that the one can be found without the other.</summary>
    public const string ClientSecret = "Qo7-client-secret-of-oauth";

    private const string Workspace = "/terraform/cloud/control/workspaces/acme/caches--sessions";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private const string Platform = "/sandbox/github/repositories/acme/platform-infrastructure";

    private readonly HttpClient _http = new();

    private SandboxProcess(int port) => Url = $"http://127.0.0.1:{port}";

    public override string Url { get; }

    protected override string HealthPath => "/health";

    public static async Task<SandboxProcess> StartAsync()
    {
        var sandbox = new SandboxProcess(Repository.FreePort());
        sandbox.Start(Repository.Program("Sandbox"), ["--urls", sandbox.Url], new Dictionary<string, string?> { ["Sandbox__ClientSecret"] = ClientSecret });
        await sandbox.WaitUntilReadyAsync();
        return sandbox;
    }

    public async Task<IReadOnlyList<LedgerEntry>> LedgerAsync() =>
        await _http.GetFromJsonAsync<List<LedgerEntry>>(new Uri(Url + "/ledger"), Json) ?? [];

    /// <summary>Lets this share of all calls fail from now on, and that share hang after its effect.</summary>
    public async Task BreakAsync(double share, double hang = 0, int? seed = null)
    {
        using var response = await _http.PostAsJsonAsync(new Uri(Url + "/faults"), new { fail = share, hang, seed });
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Plans what the next call meets, such as <c>drop_after</c> for <c>POST /resources/one</c>; the path is a regular expression.</summary>
    public async Task FaultAsync(string call, string kind, int skip = 0, int status = 503)
    {
        var parts = call.Split(' ');
        using var response = await _http.PostAsJsonAsync(new Uri(Url + "/faults/planned"), new { kind, method = parts[0], path = parts[1], skip, status });
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Puts a secret into the Vault.</summary>
    public async Task KeepInVaultAsync(string path, JsonObject values)
    {
        using var response = await _http.PutAsJsonAsync(new Uri($"{Url}/vault/operator/secrets/{path}"), values);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Lets STS know whose a key is.</summary>
    public async Task KnowCallerAsync(string keyId, string secret, string arn)
    {
        using var response = await _http.PutAsJsonAsync(new Uri($"{Url}/aws/operator/callers/{keyId}?arn={Uri.EscapeDataString(arn)}"), secret);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Says how the JIRA behaves from now on.</summary>
    public Task SetJiraAsync(object settings) => ControlJiraAsync("settings", settings);

    /// <summary>A person moves a ticket to a status.</summary>
    public Task MoveTicketAsync(string key, string status) => ControlJiraAsync($"issues/{key}/move", new { status });

    public async Task<IReadOnlyList<JsonNode>> TicketsAsync() =>
        [.. (await _http.GetFromJsonAsync<JsonArray>(new Uri($"{Url}/jira/cloud/control/issues")) ?? []).OfType<JsonNode>()];

    /// <summary>Says how the workflows of the sample catalog's repository behave from now on.</summary>
    public Task SetWorkflowsAsync(object settings) => PostAsync($"{Platform}/actions", settings);

    /// <summary>A run goes on, or ends.</summary>
    public Task MoveRunAsync(long id, string status, string? conclusion = null) => PostAsync($"{Platform}/runs/{id}", new { status, conclusion });

    public async Task DeleteRunAsync(long id)
    {
        using var response = await _http.DeleteAsync(new Uri($"{Url}{Platform}/runs/{id}"));
        response.EnsureSuccessStatusCode();
    }

    public async Task<IReadOnlyList<JsonNode>> RunsAsync() =>
        [.. (await _http.GetFromJsonAsync<JsonArray>(new Uri($"{Url}{Platform}/runs")) ?? []).OfType<JsonNode>()];

    /// <summary>Tells of the repository's events from now on, as GitHub does.</summary>
    public async Task HookAsync(string url, string? secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{Url}/github/api/v3/repos/acme/platform-infrastructure/hooks"))
        {
            Content = JsonContent.Create(new { config = new { url, secret } }),
            Headers = { Authorization = new("Bearer", "an-administrator") },
        };
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Says how the workspace of the sample catalog's cache "sessions" behaves from now on.</summary>
    public Task SetTerraformAsync(object settings) => PostAsync(Workspace, settings);

    public async Task<IReadOnlyList<JsonNode>> TerraformRunsAsync() =>
        [.. ((await _http.GetFromJsonAsync<JsonObject>(new Uri($"{Url}{Workspace}")))?["runs"]?.AsArray() ?? []).OfType<JsonNode>()];

    /// <summary>A person confirms a plan.</summary>
    public async Task ConfirmTerraformAsync(string run)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{Url}/terraform/cloud/api/v2/runs/{run}/actions/apply"))
        {
            Content = JsonContent.Create(new { }),
            Headers = { Authorization = new("Bearer", "sandbox-terraform-token") },
        };
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    private Task ControlJiraAsync(string path, object body) => PostAsync($"/jira/cloud/control/{path}", body);

    private async Task PostAsync(string path, object body)
    {
        using var response = await _http.PostAsJsonAsync(new Uri($"{Url}{path}"), body);
        response.EnsureSuccessStatusCode();
    }

    public override ValueTask DisposeAsync()
    {
        _http.Dispose();
        return base.DisposeAsync();
    }
}

internal sealed record LedgerEntry(string? Key, string Method, string Path, string BodySha256, string Outcome, int Status, string? TraceParent = null);
