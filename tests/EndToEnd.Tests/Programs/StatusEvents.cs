using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>Reads a request's stream of versions as any reader of server-sent events does: cut off, it connects again.</summary>
internal sealed class StatusEvents(string url, Func<string> key) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>How often a stream was broken off, or could not be opened.</summary>
    public int Breaks { get; private set; }

    /// <summary>The ids and statuses of all events of a request, from its first to its final version.</summary>
    public async Task<IReadOnlyList<(long Version, string Status)>> AllAsync(string id, CancellationToken cancellationToken)
    {
        List<(long Version, string Status)> events = [];
        using var retry = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                if (await ReadAsync(id, events, cancellationToken))
                    return events;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or SocketException) // the last one when it dies while it accepts
            {
                Breaks++;
            }

            await retry.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>The lines of one stream, until it ends.</summary>
    public async Task<IReadOnlyList<string>> LinesAsync(string id, TaskCompletionSource opened, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(id, 0, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        List<string> lines = [];
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            lines.Add(line);
            opened.TrySetResult();
        }

        return lines;
    }

    public void Dispose() => _http.Dispose();

    /// <returns>Whether the final version was told.</returns>
    private async Task<bool> ReadAsync(string id, List<(long Version, string Status)> events, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(id, events.Count == 0 ? 0 : events[^1].Version, cancellationToken);
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            return false;

        response.EnsureSuccessStatusCode();
        if (response.StatusCode == HttpStatusCode.NoContent)
            return true;

        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        var version = 0L;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                version = long.Parse(line.AsSpan("id: ".Length), null);
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                events.Add((version, (string?)JsonNode.Parse(line["data: ".Length..])?["status"] ?? ""));
        }

        return false; // ended in good order: asked again, it says whether that was all
    }

    private Task<HttpResponseMessage> OpenAsync(string id, long lastEventId, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{url}/api/v1/requests/{id}/status"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key());
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Add("Last-Event-ID", $"{lastEventId}");
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }
}
