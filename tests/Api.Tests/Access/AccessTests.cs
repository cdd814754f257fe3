using System.Net;
using System.Net.Http.Headers;
using Pao.Api.Access;
using Pao.Api.Hosting;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Access;

public sealed class AccessTests(Service service) : IClassFixture<Service>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer wrong")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    public async Task Without_the_key_nothing_is_told(string? authorization)
    {
        using var stranger = service.Stranger();
        if (authorization is not null)
            stranger.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);

        foreach (var path in new[] { "/api/v1/requests", "/api/v1/catalog", "/api/v1/catalog/items/compute-echo-standard" })
        {
            using var answer = await stranger.GetAsync(path, Cancellation);
            await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "access.unauthenticated");
            Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
        }
    }

    [Theory]
    [InlineData("/api/v1/health")]
    [InlineData("/api/v1/health/ready")]
    [InlineData("/api/v1/version")]
    public async Task Probes_need_no_key(string path)
    {
        using var stranger = service.Stranger();

        using var answer = await stranger.GetAsync(path, Cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_wrong_key_of_the_right_length_is_wrong()
    {
        using var stranger = service.Stranger();
        stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", new string('0', service.Key.Length));

        using var answer = await stranger.GetAsync("/api/v1/requests", Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public void The_key_has_256_bits_and_only_its_owner_reads_it()
    {
        Assert.Equal(64, service.Key.Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(service.DataDirectory, "access-key")));
    }

    [Theory]
    [InlineData("127.0.0.1:8080", false, true)]
    [InlineData("[::1]:8080", false, true)]
    [InlineData("0.0.0.0:8080", false, false)]
    [InlineData("[::]:8080", false, false)]
    [InlineData("10.0.0.5:8080", false, false)]
    [InlineData("0.0.0.0:8080", true, true)]
    public void Another_address_than_loopback_must_be_allowed_by_name(string address, bool allowed, bool accepted)
    {
        var refusal = Record.Exception(() => LoopbackGuard.Check(IPEndPoint.Parse(address), allowed));

        Assert.Equal(accepted, refusal is null);
        if (refusal is not null)
            Assert.Contains("Pao:Access:AllowNonLoopback", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/requests?text=..%2f", true)]
    [InlineData("/api/v1/catalog/items/a.b", true)]
    [InlineData("/api/v1/x/%2e%2e/requests", false)]
    [InlineData("/api/v1/x/../requests", false)]
    [InlineData("/api/v1/requests%2Fx", false)]
    [InlineData("/api//v1/requests", false)]
    [InlineData("http://elsewhere/api/v1/requests", false)]
    public void A_path_is_taken_when_it_means_one_thing_only(string target, bool plain) =>
        Assert.Equal(plain, RawPath.IsPlain(target));
}
