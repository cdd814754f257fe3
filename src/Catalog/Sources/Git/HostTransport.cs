using System.Net;

namespace Pao.Catalog.Sources.Git;

/// <summary>
/// The way to a host of git repositories, below whatever client speaks its API: through the handler that the process gives to
/// <see cref="CatalogOptions.HttpClientName"/>, bounded in time, size and tries, within the host's rate limits.
/// </summary>
internal sealed class HostTransport(IHttpMessageHandlerFactory handlers, string host, TimeProvider clock) : HttpMessageHandler
{
    /// <summary>More of the body than this is not read, and not missed.</summary>
    public static readonly HttpRequestOptionsKey<int> BodyLimit = new("pao.body-limit");

    private const int MaxBytes = 32 * 1024 * 1024;
    private const int Tries = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    private readonly EntityTags _tags = new();

    public RateGate Gate { get; } = new(host, clock);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var tries = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head ? Tries : 1;
        for (var tried = 1; ; tried++)
        {
            Gate.Pass();
            try
            {
                var answer = await SendOnceAsync(request, cancellationToken);
                if (tried >= tries || !IsPassing(answer.StatusCode))
                {
                    return answer;
                }

                answer.Dispose();
            }
            catch (Exception lost) when (lost is HttpRequestException or IOException)
            {
                if (tried >= tries)
                {
                    throw new SourceUnavailableException($"{host} can not be reached: {lost.Message}", lost);
                }
            }

            await Task.Delay(FirstPause * Math.Pow(2, tried - 1), clock, cancellationToken);
        }
    }

    /// <summary>What is mostly over when it is tried again.</summary>
    private static bool IsPassing(HttpStatusCode status) => status is
        HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>Commits, trees and blobs never change: they are asked for once.</summary>
    private static bool IsAskedAgain(HttpRequestMessage request) => request.Method == HttpMethod.Get
        && request.RequestUri is { AbsolutePath: var path }
        && !path.Contains("/blobs/", StringComparison.Ordinal) && !path.Contains("/trees/", StringComparison.Ordinal);

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            var last = IsAskedAgain(request) ? _tags.Ask(request) : null;

            // Made anew each time, so that the factory can change what is behind it.
            using var invoker = new HttpMessageInvoker(handlers.CreateHandler(CatalogOptions.HttpClientName), disposeHandler: false);
            var answer = await invoker.SendAsync(request, either.Token);
            var body = await ReadAsync(request, answer, either.Token);
            Gate.Learn(answer, body);
            if (answer.StatusCode is HttpStatusCode.NotModified && last is not null)
            {
                return Replace(answer, HttpStatusCode.OK, last.Body, content => content.Headers.ContentType = last.ContentType);
            }

            var contentType = answer.Content.Headers.ContentType;
            _tags.Remember(request, answer, body);
            return Replace(answer, answer.StatusCode, body, content => content.Headers.ContentType = contentType);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SourceUnavailableException($"{host} did not answer within {Patience.TotalSeconds} s.");
        }
    }

    private static HttpResponseMessage Replace(HttpResponseMessage answer, HttpStatusCode status, byte[] body, Action<HttpContent> describe)
    {
        answer.Content.Dispose();
        answer.StatusCode = status;
        answer.Content = new ByteArrayContent(body);
        describe(answer.Content);
        return answer;
    }

    private async Task<byte[]> ReadAsync(HttpRequestMessage request, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var isLimited = request.Options.TryGetValue(BodyLimit, out var limit);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            body.Write(buffer, 0, read);
            if (isLimited && body.Length >= limit)
            {
                body.SetLength(limit);
                break;
            }

            if (body.Length > MaxBytes)
            {
                throw new SourceUnavailableException($"{host} answered {request.RequestUri?.AbsolutePath} with more than {MaxBytes} bytes.");
            }
        }

        return body.ToArray();
    }
}
