using System.Net;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests.Telemetry;

/// <summary>An OTLP collector (HTTP, protobuf) in the test's process, so that it outlives what sends to it.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly List<byte[]> _messages = [];
    private readonly Task _serving;

    public OtlpCollector()
    {
        Url = $"http://127.0.0.1:{Repository.FreePort()}";
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>How a process is told of it.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", Url),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("Pao__Telemetry__Otlp__Interval", "00:00:00.200"),
    ];

    /// <summary>Everything that was sent, as it was sent.</summary>
    public IReadOnlyList<byte[]> Messages
    {
        get
        {
            lock (_messages)
                return [.. _messages];
        }
    }

    public IReadOnlyList<Span> Spans => [.. Messages.SelectMany(SpanReader.Read)];

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var call = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await call.Request.InputStream.CopyToAsync(body);
                if (call.Request.Url?.AbsolutePath is "/v1/traces")
                    lock (_messages)
                        _messages.Add(body.ToArray());
                call.Response.ContentType = "application/x-protobuf";
                call.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The listener is closed, or who sends was killed in the middle of a message.
            }
        }
    }
}
