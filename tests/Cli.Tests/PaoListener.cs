using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Pao.Cli.Tests;

/// <summary>An HTTP server that answers as a test says, and remembers what it was asked.</summary>
internal sealed class PaoListener : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<string, (int Status, string Body)> _answer;
    private readonly string _type;

    public PaoListener(Func<string, (int Status, string Body)> answer, string type = "application/json")
    {
        (_answer, _type) = (answer, type);
        using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add($"{Url}/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Url { get; }

    public ConcurrentQueue<(string Call, string? Authorization, string Body)> Asked { get; } = new();

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream);
            var call = $"{context.Request.HttpMethod} {context.Request.RawUrl}";
            Asked.Enqueue((call, context.Request.Headers["Authorization"], await reader.ReadToEndAsync()));
            var (status, body) = _answer(call);
            (context.Response.StatusCode, context.Response.ContentType) = (status, _type);
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
            context.Response.Close();
        }
    }
}
