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
            timeouts.DefaultPolicy = new() { Timeout = TimeSpan.FromSeconds(1), TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable }),
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

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        using var next = await client.GetAsync("/api/v1/requests", over.Token);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
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
