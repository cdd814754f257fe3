using System.Net;

namespace Pao.Activities.Egress;

/// <summary>Keeps each call on connections that the guard made, and says of a refusal that it is one.</summary>
internal sealed class GuardedHandler(SocketsHttpHandler connections) : DelegatingHandler(connections)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // HTTP/3 makes its connections past the guard. A server can offer it, and must not be followed there.
        if (request.Version > HttpVersion.Version20)
            request.Version = HttpVersion.Version20;
        if (request.VersionPolicy is HttpVersionPolicy.RequestVersionOrHigher)
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;

        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException failure) when (EgressRefusedException.In(failure.InnerException) is { } refusal)
        {
            throw refusal;
        }
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Calls to other systems are asynchronous.");
}
