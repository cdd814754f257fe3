using System.Net;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Hosting;

public sealed class HeaderTests(Service service) : IClassFixture<Service>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/v1/requests", true, "no-store")]
    [InlineData("/api/v1/catalog", true, "no-cache, private")]
    [InlineData("/api/v1/requests", false, "no-store")]
    [InlineData("/api/v1/health", false, "no-store")]
    [InlineData("/no/such/path", false, "no-store")]
    [InlineData("/openapi/v1.json", false, "no-store")]
    public async Task Every_answer_tells_browsers_what_not_to_do(string path, bool known, string cache)
    {
        using var client = known ? service.Client() : service.Stranger();

        using var answer = await client.GetAsync(path, Cancellation);

        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Contains("frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Equal(cache, answer.Headers.CacheControl?.ToString());
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Over_https_browsers_are_told_to_stay_there()
    {
        using var client = service.Stranger();

        using var answer = await client.GetAsync(new Uri("https://localhost/api/v1/version"), Cancellation);

        Assert.Equal("max-age=31536000; includeSubDomains", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
    }

    [Fact]
    public async Task No_page_of_another_origin_may_call()
    {
        using var answer = await PreflightAsync(service, "https://portal.example.com");

        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Fact]
    public async Task A_page_of_a_configured_origin_may_call_and_others_may_not()
    {
        await using var open = new Service { Settings = new Dictionary<string, string> { ["Pao:Cors:Origins:0"] = "https://portal.example.com" } };
        await open.InitializeAsync();

        using var allowed = await PreflightAsync(open, "https://portal.example.com");
        using var other = await PreflightAsync(open, "https://portal.example.com.evil.example");

        Assert.Equal("https://portal.example.com", Assert.Single(allowed.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Contains("authorization", Assert.Single(allowed.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.OrdinalIgnoreCase);
        Assert.False(allowed.Headers.Contains("Access-Control-Allow-Credentials"));
        Assert.False(other.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task What_is_no_origin_stops_the_start()
    {
        await using var wrong = new Service { Settings = new Dictionary<string, string> { ["Pao:Cors:Origins:0"] = "*" } };

        var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await wrong.InitializeAsync());

        Assert.Contains("Pao:Cors:Origins: '*' is no origin", failure.ToString(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PreflightAsync(Service service, string origin)
    {
        using var client = service.Stranger();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/v1/requests");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        return await client.SendAsync(request, Cancellation);
    }
}
