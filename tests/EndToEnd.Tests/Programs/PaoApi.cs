using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>PAO's HTTP interface as a user's script sees it: only JSON, no shared types.</summary>
internal sealed class PaoApi(string url, Func<string> key, TimeSpan? patience = null) : IDisposable
{
    private static readonly string[] Final = ["completed", "failed", "aborted", "cancelled", "escalated"];
    private readonly HttpClient _http = new() { Timeout = patience ?? TimeSpan.FromSeconds(30) };

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonNode? body = null, string? idempotencyKey = null, string? traceParent = null)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{url}/api/v1{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key());
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        if (traceParent is not null)
            request.Headers.Add("traceparent", traceParent);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        try
        {
            return await _http.SendAsync(request);
        }
        catch (SocketException e)
        {
            throw new HttpRequestException(e.Message, e); // the process died while it accepted
        }
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"GET {path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text) ?? throw new JsonException("null");
    }

    /// <summary>Submits once and returns the request's id; fails when it is not accepted.</summary>
    public async Task<string> SubmitAsync(string item, JsonObject fields)
    {
        using var response = await SendAsync(HttpMethod.Post, "/requests", Submission(item, fields));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, $"{(int)response.StatusCode} {text}");
        return (string?)JsonNode.Parse(text)?["id"] ?? throw new JsonException(text);
    }

    /// <summary>Submits until it is accepted, under one idempotency key, whatever dies meanwhile.</summary>
    public async Task<string> SubmitUntilAcceptedAsync(string item, JsonObject fields, string idempotencyKey)
    {
        string? id = null;
        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    using var response = await SendAsync(HttpMethod.Post, "/requests", Submission(item, fields), idempotencyKey);
                    if (response.StatusCode == HttpStatusCode.Accepted)
                        id = (string?)(await response.Content.ReadFromJsonAsync<JsonNode>())?["id"];
                    else
                        Assert.True(response.StatusCode == HttpStatusCode.ServiceUnavailable, await response.Content.ReadAsStringAsync());
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
                {
                    // It was killed, or is starting.
                }

                return id is not null;
            },
            () => "the request is accepted");
        return id ?? throw new InvalidOperationException();
    }

    public async Task<string?> StatusAsync(string id) => (string?)(await GetAsync($"/requests/{id}/status"))["status"];

    public async Task<string?> EndOfAsync(string id)
    {
        string? status = null;
        var wait = ""; // the next change of one that has failed already is a person's, and is not waited for
        await Until.TrueAsync(
            async () =>
            {
                status = (string?)(await GetAsync($"/requests/{id}/status{wait}"))["status"];
                wait = "?wait=2s";
                return Final.Contains(status);
            },
            () => $"request {id} ends (it is {status})");
        return status;
    }

    /// <summary>It completes; if not, the failure tells what the request itself and its log say.</summary>
    public async Task AssertCompletesAsync(string id)
    {
        var status = await EndOfAsync(id);
        if (status != "completed")
            Assert.Fail($"Request {id} is {status}: {await GetAsync($"/requests/{id}")}\n{await GetAsync($"/requests/{id}/logs")}");
    }

    public async Task<IReadOnlyList<JsonNode>> HistoryAsync(string id, string? component = null) =>
        [.. (await GetAsync($"/requests/{id}/history{(component is null ? "" : $"?component={component}")}"))["events"]?.AsArray().OfType<JsonNode>() ?? []];

    public void Dispose() => _http.Dispose();

    public static JsonObject Submission(string item, JsonObject fields) =>
        new() { ["catalog_item_id"] = item, ["fields"] = fields.DeepClone() };
}
