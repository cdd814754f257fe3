using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using Pao.Bench.Http;

namespace Pao.Bench.Levels;

/// <summary>PAO on the store, with a catalog of one item that makes one call, and a client that signs.</summary>
internal sealed class Desk(Setup setup, Store store, Uri target) : IDisposable
{
    private const string Good = "compute-service-level";
    private const string Bad = "compute-service-refused";

    private static readonly TimeSpan WarmingUp = TimeSpan.FromSeconds(25);

    private readonly string _catalog = Path.Combine(setup.Folder, "levels-catalog");
    private readonly string _data = Path.Combine(setup.Folder, "levels-data");
    private Service? _service;
    private HttpClient? _client;

    public HttpClient Client => _client ?? throw new InvalidOperationException("The service is not started.");

    public double WorkingSetMib => _service?.WorkingSetMib ?? 0;

    public async Task StartAsync(IReadOnlyDictionary<string, string>? more = null)
    {
        Stop();
        Directory.CreateDirectory(Path.Combine(_catalog, "compute"));
        await File.WriteAllTextAsync(Path.Combine(_catalog, "compute", "level.yaml"), Document(Good, "/services"));
        await File.WriteAllTextAsync(Path.Combine(_catalog, "compute", "refused.yaml"), Document(Bad, BareServer.Refusals));
        Dictionary<string, string> environment = new(more ?? new Dictionary<string, string>())
        {
            ["DATABASE_URL"] = Url(),
            ["Pao__Egress__Allow__bench"] = target.Authority,
            ["Pao__Egress__AllowHttp__bench"] = target.Authority,
        };
        _service = await Service.PaoAsync(_catalog, _data, environment);
        var pair = (await File.ReadAllLinesAsync(Path.Combine(_data, "credentials")))
            .Where(line => line.Contains('=', StringComparison.Ordinal)).Select(line => line.Split('=', 2)[1].Trim()).ToArray();
        _client = new HttpClient(new SigningHandler(pair[0], pair[1])) { BaseAddress = _service.Address, Timeout = TimeSpan.FromMinutes(2) };
    }

    /// <summary>Calls for some time, so that what is measured is not a process that still compiles itself.</summary>
    public async Task WarmUpAsync(IReadOnlyList<string> paths) => await Task.WhenAll(
        OpenLoop.RunAsync(Client, Submission, 50, WarmingUp), OpenLoop.RunAsync(Client, paths, 300, WarmingUp));

    public static HttpRequestMessage Submission(int number) => Submission(number, Good);

    private static HttpRequestMessage Submission(int number, string item)
    {
        var call = new HttpRequestMessage(HttpMethod.Post, "/api/v1/requests")
        {
            Content = new StringContent($$$"""{"catalog_item_id": "{{{item}}}", "fields": {"name": "web-{{{number}}}"}}""", Encoding.UTF8, "application/json"),
        };
        call.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return call;
    }

    /// <summary>Submits some requests and waits for their end.</summary>
    /// <returns>Their ids.</returns>
    public Task<List<string>> SubmitAsync(int count) => SubmitAsync(count, Good, "completed");

    /// <summary>Submits some requests that then wait for a person.</summary>
    /// <returns>Their ids.</returns>
    public Task<List<string>> FailAsync(int count) => SubmitAsync(count, Bad, "failed");

    private async Task<List<string>> SubmitAsync(int count, string item, string end)
    {
        List<string> ids = [];
        for (var number = 0; number < count; number++)
        {
            using var call = Submission(number, item);
            using var answer = await Client.SendAsync(call);
            answer.EnsureSuccessStatusCode();
            ids.Add((string?)(await answer.Content.ReadFromJsonAsync<JsonObject>())?["id"] ?? throw new InvalidDataException("A request without an id."));
        }

        foreach (var id in ids)
        {
            JsonObject? status = null;
            do
                status = await Client.GetFromJsonAsync<JsonObject>($"/api/v1/requests/{id}/status?wait={(status is null ? 0 : 30)}s");
            while ((string?)status?["status"] is "submitted" or "validating" or "queued" or "in_progress");
            if ((string?)status?["status"] != end)
                throw new InvalidOperationException($"Request {id} should be {end}: {status}");
        }

        return ids;
    }

    public void Dispose() => Stop();

    private void Stop()
    {
        _client?.Dispose();
        _service?.Dispose();
    }

    private string Url()
    {
        var server = new NpgsqlConnectionStringBuilder(store.ConnectionString);
        var password = server.Password is { Length: > 0 } given ? ":" + Uri.EscapeDataString(given) : "";
        return $"postgresql://{Uri.EscapeDataString(server.Username ?? "postgres")}{password}@{server.Host}:{server.Port}/{server.Database}";
    }

    private string Document(string id, string path) => $$$"""
        schemaVersion: catalog/v1
        kind: CatalogItem
        metadata:
          id: {{{id}}}
          name: Service level
          description: One field and one call.
          version: 1.0.0
          category: compute
          owner: { team: team-1, contact: team-1@example.com }
        presentation:
          form:
            groups:
              - id: basics
                name: Basics
                fields:
                  - { id: name, name: Name, type: string, required: true, validation: { maxLength: 40 } }
        fulfillment:
          strategy: { mode: automatic }
          manual:
            actions:
              - type: jira-ticket
                config: { ticket: { project: OPS, summaryTemplate: "Service {{ fields.name }}" } }
          automatic:
            actions:
              - id: create
                type: rest-api
                config:
                  endpoint: { url: "{{{target.GetLeftPart(UriPartial.Authority)}}}{{{path}}}", method: POST }
                  body: { contentTemplate: { name: "{{ fields.name }}" } }
                outputs: { serviceId: id }
        """;
}
