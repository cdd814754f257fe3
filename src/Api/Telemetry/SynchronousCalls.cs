namespace Pao.Api.Telemetry;

/// <summary>The exporter sends from a thread of its own, and waits there; the guard's handler only knows calls that nobody waits for.</summary>
internal sealed class SynchronousCalls : DelegatingHandler
{
    public const string ClientName = "otlp";

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();
}
