using System.Text;

namespace Pao.Sandbox.Git;

/// <summary>Sends webhooks as hosts do: once, and without waiting for them.</summary>
internal sealed partial class Deliveries(ILogger<Deliveries> logger) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    public void Send(Uri url, string payload, params IEnumerable<(string Name, string Value)> headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(payload, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        _ = SendAsync(request);
    }

    public void Dispose() => _http.Dispose();

    private async Task SendAsync(HttpRequestMessage request)
    {
        using var owned = request;
        try
        {
            using var answer = await _http.SendAsync(request);
            Log.Delivered(logger, request.RequestUri, (int)answer.StatusCode);
        }
        catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException)
        {
            Log.Lost(logger, request.RequestUri, lost.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Delivered a webhook to {Url}: {Status}.")]
        public static partial void Delivered(ILogger logger, Uri? url, int status);

        [LoggerMessage(2, LogLevel.Warning, "Could not deliver a webhook to {Url}: {Reason}")]
        public static partial void Lost(ILogger logger, Uri? url, string reason);
    }
}
