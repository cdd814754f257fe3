using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;
using Pao.Api.Tests.Access;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Hosting;

/// <summary>A call has its time from when it comes, also for what it needs before its endpoint runs.</summary>
public sealed class BodyTimeTests : IAsyncLifetime
{
    private readonly Service _service = new()
    {
        Settings = new Dictionary<string, string> { ["Pao:Limits:Calls"] = "1", ["Pao:Limits:WaitingCalls"] = "0" },
        Change = services => services.PostConfigure<RequestTimeoutOptions>(timeouts =>
            timeouts.DefaultPolicy = new() { Timeout = TimeSpan.FromSeconds(4), TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable }),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _service.InitializeAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_signed_body_that_does_not_come_holds_its_place_for_the_time_of_a_call()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        over.CancelAfter(TimeSpan.FromSeconds(30));
        using var stranger = _service.Stranger();
        using var client = _service.Client();
        using var call = TestSigner.OfFirstKey(_service).Sign(HttpMethod.Post, "/api/v1/requests", body: "{}");
        call.Content = new NeverSent();

        using var answer = await stranger.SendAsync(call, HttpCompletionOption.ResponseHeadersRead, over.Token);

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.ServiceUnavailable, "server.timeout");
        using var next = await client.GetAsync("/api/v1/requests", over.Token);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Theory]
    [InlineData("/api/v1/webhooks/github")]
    [InlineData("/api/v1/requests")] // with a signature that is made up, of a key that is known
    public async Task Bodies_that_do_not_come_from_strangers_keep_out_other_strangers_and_nobody_who_is_known(string path)
    {
        await using var service = new Service
        {
            Settings = new Dictionary<string, string>
            {
                ["Pao:Limits:Calls"] = "8", ["Pao:Limits:WaitingCalls"] = "0", ["Pao:Webhooks:GitHubSecret"] = "a secret of the webhook",
            },
        };
        await service.InitializeAsync();
        using var stranger = service.Stranger();
        using var client = service.Client();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<HttpResponseMessage>[] stalled = [.. Enumerable.Range(0, 8).Select(_ => stranger.SendAsync(Forged(service, HttpMethod.Post, path), over.Token))];
        List<Task<HttpResponseMessage>> rest = [.. stalled];
        for (var refused = 0; refused < 6; refused++)
        {
            var answered = await Task.WhenAny(rest).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            rest.Remove(answered);
            using var busy = await answered;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, busy.StatusCode);
        }

        using var next = await client.GetAsync("/api/v1/requests", Cancellation);

        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.All(rest, one => Assert.False(one.IsCompleted));
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(rest));
    }

    [Theory]
    [InlineData("/api/v1/requests/01a2203d-e511-75e3-aed7-7ae54931248b/status", HttpStatusCode.Unauthorized)] // which has all the time it wants
    [InlineData("/api/v1/version", HttpStatusCode.OK)] // which is answered outside the gate, to everybody
    public async Task A_signed_read_with_a_body_is_not_waited_for(string path, HttpStatusCode status)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        over.CancelAfter(TimeSpan.FromSeconds(30));
        using var stranger = _service.Stranger();
        using var known = _service.Client();

        using var answer = await stranger.SendAsync(Forged(_service, HttpMethod.Get, path), HttpCompletionOption.ResponseHeadersRead, over.Token);

        Assert.Equal(status, answer.StatusCode);
        await Service.WaitForAsync(known, "/api/v1/version", _ => _service.Log.Lines.Any(line => line.StartsWith("A signature was refused: BodyOfRead", StringComparison.Ordinal)));
    }

    /// <summary>A call of somebody who knows the id of a key, and no secret, with a body that does not come.</summary>
    private static HttpRequestMessage Forged(Service service, HttpMethod method, string path)
    {
        var call = (TestSigner.OfFirstKey(service) with { Secret = "a guess" }).Sign(method, path);
        call.Headers.Remove("X-Amz-Content-Sha256");
        var signed = call.Headers.GetValues("Authorization").Single().Replace("x-amz-content-sha256;", "", StringComparison.Ordinal);
        call.Headers.Remove("Authorization");
        call.Headers.TryAddWithoutValidation("Authorization", signed);
        call.Content = new NeverSent();
        return call;
    }

    /// <summary>The body of a caller that stalls.</summary>
    private sealed class NeverSent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => new TaskCompletionSource().Task.WaitAsync(Cancellation);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
