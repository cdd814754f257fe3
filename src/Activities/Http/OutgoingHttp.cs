using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using Pao.Activities.Egress;
using Pao.Activities.Resilience;
using Pao.Activities.Secrets;

namespace Pao.Activities.Http;

/// <summary>The one way out: every call that an action makes goes through here, bounded in time and size.</summary>
internal sealed class OutgoingHttp(IHttpClientFactory clients, IOptions<ActivitiesOptions> options, TimeProvider clock)
{
    public const string IdempotencyKeyHeader = "Idempotency-Key";
    public const string CorrelationIdHeader = "X-Correlation-Id";

    public const string ClientName = "actions";
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    /// <summary>Sends one attempt of an action and reads the whole answer, whatever its status.</summary>
    /// <exception cref="ActionFailedException">There was no answer, or none that could be read.</exception>
    public Task<HttpAnswer> SendAsync(
        HttpRequestMessage request, ActionExecution execution, SecretScope secrets, CancellationToken cancellationToken)
    {
        request.Headers.Add(IdempotencyKeyHeader, execution.IdempotencyKey);
        return AskAsync(request, execution, secrets, cancellationToken);
    }

    /// <summary>Sends a question that changes nothing: it is not the call that the action's idempotency key stands for.</summary>
    /// <exception cref="ActionFailedException">There was no answer, or none that could be read.</exception>
    public Task<HttpAnswer> AskAsync(
        HttpRequestMessage request, ActionExecution execution, SecretScope secrets, CancellationToken cancellationToken)
    {
        request.Headers.Add(CorrelationIdHeader, execution.CorrelationId);
        return SendAsync(request, TimeoutOf(execution), secrets, cancellationToken);
    }

    /// <summary>Sends what is no attempt of an action itself, such as the request for a token.</summary>
    /// <exception cref="ActionFailedException">There was no answer, or none that could be read.</exception>
    public async Task<HttpAnswer> SendAsync(
        HttpRequestMessage request, TimeSpan timeout, SecretScope secrets, CancellationToken cancellationToken)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        using var expiry = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        ExternalSystems.Bound(request, options.Value.MaxResponseBytes);
        var name = HttpName.Of(request);
        secrets.CheckTarget(RequestTarget.Of(request));

        // Without content, .NET itself sends a call again whose connection ends before the answer.
        if (request.Content is null && (request.Method == HttpMethod.Post || request.Method == HttpMethod.Patch))
            request.Content = new ByteArrayContent([]);

        try
        {
            using var client = clients.CreateClient(ClientName);
            client.Timeout = Timeout.InfiniteTimeSpan;
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var text = await ReadAsync(response.Content, either.Token);
            return new HttpAnswer((int)response.StatusCode, response.ReasonPhrase, text, response.Headers.Location)
            {
                Pause = Relative(response.Headers.RetryAfter),
                Headers = response.Headers,
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw expiry.IsCancellationRequested
                ? ActionFailure.TimedOut(secrets.Mask($"{name} did not answer within {timeout.TotalSeconds:0.#} s."))
                : ActionFailure.Unavailable(secrets.Mask($"{name} could not be reached in time."));
        }
        catch (EgressRefusedException refusal)
        {
            throw ActionFailure.EgressRefused(secrets.Mask($"{name} was not sent: {refusal.Message}"));
        }
        catch (SystemUnavailableException unavailable)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ActionFailure.SystemUnavailable(unavailable.Parked, unavailable.WasSent);
        }
        catch (AnswerTooLargeException flood)
        {
            throw ActionFailure.TooLarge(secrets.Mask($"{name} answered {(int?)flood.StatusCode} with more than {flood.Most} bytes."));
        }
        catch (HttpRequestException unreached) when (IsUnreached(unreached))
        {
            throw ActionFailure.Unavailable(secrets.Mask($"{name} could not be reached: {unreached.Message}"));
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or SocketException)
        {
            throw ActionFailure.Lost(secrets.Mask($"{name} failed without an answer: {lost.Message}"));
        }
    }

    // There was no connection yet, so nothing of the request has left.
    private static bool IsUnreached(HttpRequestException failure) => failure.HttpRequestError is
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError;

    /// <summary>A pause until a date, as one from now: not before now, and not so long that the header's type has no words for it.</summary>
    private RetryConditionHeaderValue? Relative(RetryConditionHeaderValue? pause)
    {
        if (pause?.Date is not { } date)
            return pause;

        var wait = date - clock.GetUtcNow();
        return new RetryConditionHeaderValue(wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestPause ? wait : LongestPause);
    }

    private TimeSpan TimeoutOf(ActionExecution execution) => execution.Timeout switch
    {
        null => options.Value.DefaultTimeout,
        { } timeout when timeout > TimeSpan.Zero && timeout <= LongestTimeout => timeout,
        { } timeout => throw ActionFailure.Invalid($"'timeout' is {timeout}; it must be more than nothing and at most 1 h."),
    };

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var body = await content.ReadAsByteArrayAsync(cancellationToken); // it is here already: the whole answer is the call
        var latin1 = content.Headers.ContentType?.CharSet?.Trim('"')
            .Equals("iso-8859-1", StringComparison.OrdinalIgnoreCase) is true;
        return (latin1 ? Encoding.Latin1 : Encoding.UTF8).GetString(body);
    }
}
