using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pao.Activities.Tests;
using Pao.Catalog.Keeping;

namespace Pao.Catalog.Tests.Sources;

/// <summary>A repository of the sandbox, the people who work with it, and catalogs that are read from it.</summary>
internal sealed class Origin : IDisposable
{
    public const string GitHub = "github";
    public const string GitLab = "gitlab";

    private readonly HttpClient _http = new();
    private readonly SandboxProcess _sandbox;
    private readonly string _host;

    private Origin(SandboxProcess sandbox, string host) => (_sandbox, _host) = (sandbox, host);

    /// <summary>A rate limit of its own.</summary>
    public string Token { get; init; } = $"token-{Guid.NewGuid():n}";

    public string Name { get; } = $"acme/catalog-{Guid.NewGuid():n}";

    /// <summary>What all calls to the host's API begin with.</summary>
    public string Api => _host is GitHub ? "/github/api/v3" : "/gitlab/api/v4";

    /// <summary>What the host calls the state of a commit that is not as it should be.</summary>
    public string Failure => _host is GitHub ? "failure" : "failed";

    public static async Task<Origin> CreateAsync(SandboxProcess sandbox, string host, string? token = null)
    {
        var origin = token is null ? new Origin(sandbox, host) : new Origin(sandbox, host) { Token = token };
        await origin.PostAsync($"/sandbox/{host}/repositories", new { full_name = origin.Name });
        return origin;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>One commit by one person, pushed; a file without text is deleted.</summary>
    public Task<string> PushAsync(string login, params (string Path, string? Text)[] files) => PushAsync(Commit(login, files));

    public async Task<string> PushAsync(params object[] commits) => (string)(await PostAsync(At("pushes"), new { commits }))!["after"]!;

    public static object Commit(string login, params (string Path, string? Text)[] files) =>
        new { login, message = "Change", files = files.ToDictionary(file => file.Path, file => file.Text) };

    public Task<JsonNode?> WorkAsync(string what, object order) => PostAsync(At(what), order);

    public Task TeamAsync(string team, params string[] members) => PostAsync($"/sandbox/{_host}/teams", new { team, members });

    public Task LimitAsync(object order) => PostAsync($"/sandbox/{_host}/limits", order);

    /// <summary>Lets calls to the host's API fail; 0 as status cuts the connection.</summary>
    public Task FailAsync(double share, int status = 500, string below = "", int? seed = null) =>
        PostAsync("/faults", new { fail = share, hang = 0.0, path = Api + below, status, seed });

    public Task HangAsync(double share) => PostAsync("/faults", new { fail = 0.0, hang = share, path = Api });

    public async Task<IReadOnlyList<JsonNode>> StatusesAsync() =>
        [.. await _http.GetFromJsonAsync<JsonNode[]>(_sandbox.Url + At("statuses"), TestContext.Current.CancellationToken) ?? []];

    /// <summary>Method, path below this repository's and status of every call that the host saw, in order.</summary>
    public async Task<IReadOnlyList<Seen>> CallsAsync()
    {
        var name = _host is GitHub ? Name : Uri.EscapeDataString(Name);
        var entries = await _http.GetFromJsonAsync<JsonNode[]>($"{_sandbox.Url}/ledger", TestContext.Current.CancellationToken) ?? [];
        return [.. entries
            .Select(entry => (Path: (string)entry["path"]!, Entry: entry))
            .Where(call => call.Path.StartsWith(Api, StringComparison.Ordinal) && (call.Path.Contains(Name) || call.Path.Contains(name)))
            .Select(call => new Seen(
                (string)call.Entry["method"]!,
                call.Path[(call.Path.IndexOf(Name.Split('/')[1], StringComparison.Ordinal) + Name.Split('/')[1].Length)..].TrimStart('/'),
                (int)call.Entry["status"]!))];
    }

    /// <summary>The calls below this repository, and about teams, as they went over the wire.</summary>
    public async Task<JsonObject[]> TrafficAsync() =>
        [.. (await _http.GetFromJsonAsync<JsonObject[]>($"{_sandbox.Url}/traffic?below={Api}/", TestContext.Current.CancellationToken) ?? [])
            .Where(exchange => ((string)exchange["path"]!).Contains(Name) || ((string)exchange["path"]!).StartsWith($"{Api}/orgs/", StringComparison.Ordinal))];

    /// <summary>A process's catalog; it is loaded when it is told to, or when its host is started.</summary>
    public IHost Catalog(params (string Key, string Value)[] settings) => Catalog(TimeProvider.System, settings);

    public IHost Catalog(TimeProvider clock, params (string Key, string Value)[] settings) => Catalog(clock, null, settings);

    /// <summary>A process that keeps what it loads.</summary>
    public IHost Catalog(ICatalogArchive archive, params (string Key, string Value)[] settings) => Catalog(TimeProvider.System, archive, settings);

    private IHost Catalog(TimeProvider clock, ICatalogArchive? archive, (string Key, string Value)[] settings)
    {
        var section = _host is GitHub ? "Pao:Catalog:GitHub" : "Pao:Catalog:GitLab";
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Pao:Catalog:Source"] = _host,
            [$"{section}:{(_host is GitHub ? "Repository" : "Project")}"] = Name,
            [$"{section}:Token"] = Token,
            [$"{section}:Api"] = _sandbox.Url + Api,
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(
            setting.Key.StartsWith("Pao:", StringComparison.Ordinal) ? setting.Key : $"{section}:{setting.Key}", setting.Value)));
        builder.Services.AddSingleton(clock);
        builder.Services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler(
            () => new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false }));
        if (archive is not null)
        {
            builder.Services.AddSingleton(archive);
        }

        builder.Services.AddCatalog();
        return builder.Build();
    }

    private string At(string what) => $"/sandbox/{_host}/repositories/{Name}/{what}";

    private async Task<JsonNode?> PostAsync(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(_sandbox.Url + path, body, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    internal sealed record Seen(string Method, string Path, int Status);
}

internal static class OriginCatalog
{
    public static Task<CatalogSnapshot> LoadAsync(this IHost host) =>
        host.Services.GetRequiredService<ServiceCatalog>().RefreshAsync(TestContext.Current.CancellationToken);

    /// <summary>Looks until the catalog that is in force is so.</summary>
    public static async Task<CatalogSnapshot> UntilAsync(this IHost host, Func<CatalogSnapshot, bool> isSo, TimeSpan? patience = null)
    {
        var catalog = host.Services.GetRequiredService<ServiceCatalog>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        over.CancelAfter(patience ?? TimeSpan.FromSeconds(30));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!isSo(catalog.Current))
        {
            try
            {
                await look.WaitForNextTickAsync(over.Token);
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"The catalog did not become so: revision {catalog.Current.Revision}, {string.Join("; ", catalog.Current.Findings)}");
            }
        }

        return catalog.Current;
    }

    /// <summary>An item that is right, in <c>catalog/&lt;category&gt;/&lt;name&gt;.yaml</c> or wherever it is put.</summary>
    public static string Item(string id, string version = "1.0.0", string description = "A document that is long enough for everybody to know what they get.") => $$$"""
        kind: CatalogItem
        metadata:
          id: {{{id}}}
          name: Test
          description: {{{description}}}
          version: {{{version}}}
          category: {{{id.Split('-')[0]}}}
          owner: { team: platform, contact: platform@example.com }
        fulfillment:
          strategy: { mode: automatic }
          manual:
            actions:
              - type: jira-ticket
                config: { ticket: { project: PLAT, summaryTemplate: "{{ request.id }}" } }
          automatic:
            actions:
              - type: webhook
                config: { endpoint: { url: "https://example.com/hook" }, body: { template: { id: "{{ request.id }}" } } }
        """;
}
