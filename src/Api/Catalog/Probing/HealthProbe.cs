using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Options;
using Pao.Activities.Egress;

namespace Pao.Api.Catalog.Probing;

/// <summary>Asks one URL whether what is behind it works: any answer of 2xx says so. Redirects are answers, and not followed.</summary>
internal sealed class HealthProbe(IHttpClientFactory clients, IOptions<ProbingOptions> options, TimeProvider clock)
{
    public const string ClientName = "health-checks";

    /// <summary>More of a body is not read, and not missed.</summary>
    private const int MostRead = 64 * 1024;

    private const int LongestDetail = 200;

    private readonly TimeSpan _timeout = options.Value.Timeout;

    public async Task<ProbeResult> AskAsync(Uri url, CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(_timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        var started = clock.GetTimestamp();
        try
        {
            var status = await SendAsync(url, either.Token);
            return Judge(status, clock.GetElapsedTime(started));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Unhealthy($"It did not answer within {_timeout.TotalSeconds:0.#} s.");
        }
        catch (EgressRefusedException refusal)
        {
            return new ProbeResult(HealthState.Refused, refusal.Message, null);
        }
        catch (HttpRequestException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Unhealthy(Reason(failure));
        }
        catch (IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Unhealthy("It broke off its answer.");
        }
    }

    /// <summary>Reads the beginning of the answer too: who sends a status and then hangs does not work.</summary>
    private async Task<HttpStatusCode> SendAsync(Uri url, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(ClientName);
        client.Timeout = Timeout.InfiniteTimeSpan;
        using var request = new HttpRequestMessage(HttpMethod.Get, url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.UserAgent.ParseAdd("PAO-health-check");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await body.ReadAtLeastAsync(new byte[MostRead], MostRead, throwOnEndOfStream: false, cancellationToken);
        return response.StatusCode;
    }

    private static ProbeResult Judge(HttpStatusCode status, TimeSpan latency) => (int)status switch
    {
        >= 200 and < 300 => new(HealthState.Healthy, null, latency),
        >= 300 and < 400 => new(HealthState.Unhealthy, $"It answered {(int)status}, a redirect, which is not followed.", latency),
        _ => new(HealthState.Unhealthy, $"It answered {(int)status}.", latency),
    };

    private static ProbeResult Unhealthy(string reason) => new(HealthState.Unhealthy, reason, null);

    private static string Reason(HttpRequestException failure) => (failure.HttpRequestError, failure.InnerException) switch
    {
        (HttpRequestError.NameResolutionError, _) => "Its name can not be resolved.",
        (HttpRequestError.SecureConnectionError, AuthenticationException { Message: var detail }) =>
            $"There is no secure connection to it: {(detail.Length > LongestDetail ? detail[..LongestDetail] : detail)}",
        (HttpRequestError.SecureConnectionError, _) => "There is no secure connection to it.",
        (HttpRequestError.ConnectionError, SocketException { SocketErrorCode: var code }) => $"It can not be connected to ({code}).",
        (HttpRequestError.ConnectionError, _) => "It can not be connected to.",
        (HttpRequestError.ResponseEnded, _) => "It broke off its answer.",
        _ => "It does not answer as HTTP has it.",
    };
}
