using System.Net;
using System.Security.Cryptography;
using System.Text;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Limits;

/// <summary>Who fails to show who calls shuts out whoever calls as it does, from its address, and not those who need not show it.</summary>
public sealed class FailureLimitTests : IAsyncLifetime
{
    private const string Secret = "the-hook-secret";
    private const int Burst = 10;

    private readonly Service _service = new()
    {
        Settings = new Dictionary<string, string>
        {
            ["Pao:CallerLimits:LimitLocal"] = "true",
            ["Pao:CallerLimits:FailuresPerAddress:Calls"] = "1",
            ["Pao:CallerLimits:FailuresPerAddress:Period"] = "00:10:00",
            ["Pao:CallerLimits:FailuresPerAddress:Burst"] = $"{Burst}",
            ["Pao:Webhooks:GitHubSecret"] = Secret,
        },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _service.InitializeAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_webhook_is_taken_from_an_address_that_others_have_had_shut_out()
    {
        using var stranger = _service.Stranger();
        for (var number = 0; number <= Burst; number++)
            (await stranger.GetAsync("/api/v1/requests", Cancellation)).Dispose();
        using var refused = await stranger.GetAsync("/api/v1/requests", Cancellation);
        await ProblemAssert.IsProblemAsync(refused, HttpStatusCode.TooManyRequests, "limit.rate");

        using var taken = await HookAsync(stranger, Secret);

        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
    }

    [Fact]
    public async Task Of_an_address_that_is_shut_out_nothing_is_looked_at()
    {
        using var stranger = _service.Stranger();
        stranger.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 rubbish");
        for (var number = 0; number <= Burst; number++)
            (await stranger.GetAsync("/api/v1/requests", Cancellation)).Dispose();
        var looked = Looked();

        using var refused = await stranger.GetAsync("/api/v1/requests", Cancellation);

        await ProblemAssert.IsProblemAsync(refused, HttpStatusCode.TooManyRequests, "limit.rate");
        Assert.Equal((Burst, Burst), (looked, Looked()));

        int Looked() => _service.Log.Lines.Count(line => line.StartsWith("A signature was refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Webhooks_that_are_not_signed_as_they_should_be_shut_out_nobody()
    {
        using var stranger = _service.Stranger();
        using var known = _service.Client();
        for (var number = 0; number <= 2 * Burst; number++)
        {
            using var forged = await HookAsync(stranger, "a-guess");
            await ProblemAssert.IsProblemAsync(forged, HttpStatusCode.Unauthorized, "webhook.unverified");
        }

        using var answer = await known.GetAsync("/api/v1/requests", Cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_webhook_whose_sender_shows_a_token_of_its_own_is_no_failed_login()
    {
        using var stranger = _service.Stranger();
        stranger.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer the-senders-own");
        for (var number = 0; number <= 2 * Burst; number++)
        {
            using var taken = await HookAsync(stranger, Secret);
            Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        }

        stranger.DefaultRequestHeaders.Remove("Authorization");
        (await stranger.GetAsync("/api/v1/requests", Cancellation)).Dispose();
        using var known = _service.Client();
        var failed = await Service.WaitForAsync(known, "/api/v1/audit?action=login.fail", page => page["data"]!.AsArray().Count > 0);
        Assert.Equal("It showed no key, no token and no signature.", (string?)Assert.Single(failed["data"]!.AsArray())!["requestParameters"]!["reason"]);
    }

    private static Task<HttpResponseMessage> HookAsync(HttpClient sender, string secret)
    {
        const string Body = """{"zen": "Design for failure."}""";
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/webhooks/github") { Content = new StringContent(Body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-GitHub-Event", "ping");
        request.Headers.Add("X-Hub-Signature-256", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(Body)))}");
        return sender.SendAsync(request, Cancellation);
    }
}
