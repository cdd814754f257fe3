using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Access.Trusted;

public sealed class TrustedHeaderTests : IAsyncLifetime
{
    private const string Header = "X-Caller-Identity";
    private const string Gateway = "10.20.0.7";
    private const string Arn = "arn:aws:sts::123456789012:assumed-role/deployer/ci-1";

    private readonly Service _service = new()
    {
        Settings = new Dictionary<string, string>
        {
            ["Pao:Access:TrustedHeader:Name"] = Header,
            ["Pao:Access:TrustedHeader:Networks:0"] = "10.20.0.0/24",
            ["Pao:Access:TrustedHeader:Networks:1"] = "2001:db8::1",
        },
        Change = services => services.AddSingleton<IStartupFilter, FromAnAddress>(),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _service.InitializeAsync();
        using var admin = _service.Client();
        await Administration.PutAsync(admin, "ada", new { identities = (string[])["arn:aws:sts::123456789012:assumed-role/deployer/*"] });
        await Administration.PutAsync(admin, "off", new { });
        await Administration.PostAsync(admin, "/api/v1/principals/off/disable");
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData(Gateway, "ada")]
    [InlineData(Gateway, Arn)]
    [InlineData("::ffff:10.20.0.7", "ada")]
    [InlineData("2001:db8::1", "ada")]
    public async Task Whom_the_gateway_names_is_let_in(string from, string value)
    {
        using var answer = await SendAsync(from, value);

        Assert.Equal("ada", (string?)(await Service.ReadAsync(answer))["id"]);
    }

    [Theory]
    [InlineData("10.20.1.7")]
    [InlineData("127.0.0.1")]
    [InlineData("2001:db8::2")]
    [InlineData(null)]
    public async Task From_elsewhere_the_header_is_as_if_it_was_not_there_and_logged(string? from)
    {
        using var answer = await SendAsync(from, "ada");

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "access.unauthenticated");
        Assert.Contains(_service.Log.Lines, line => line.Contains(Header, StringComparison.Ordinal) && line.Contains("ignored", StringComparison.Ordinal));
        using var client = _service.Client();
        client.DefaultRequestHeaders.Add(Header, "ada");
        Assert.Equal("local-admin", (string?)(await Service.GetAsync(client, "/api/v1/me"))["id"]);
    }

    [Theory]
    [InlineData("local-admin")]
    [InlineData("off")]
    [InlineData("nobody")]
    [InlineData("")]
    [InlineData("arn:aws:sts::123456789012:assumed-role/deployer/*")]
    [InlineData("arn:aws:sts::123456789012:assumed-role/other/ci-1")]
    public async Task Whom_no_principal_is_is_not_let_in(string value)
    {
        using var answer = await SendAsync(Gateway, value);

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "access.unauthenticated");
    }

    [Fact]
    public async Task Where_callers_say_where_they_come_from_no_header_is_believed_and_the_start_stops()
    {
        await using var forwarded = new Service
        {
            Settings = new Dictionary<string, string>(_service.Settings) { ["FORWARDEDHEADERS_ENABLED"] = "true" },
        };

        var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await forwarded.InitializeAsync());

        Assert.Contains("ASPNETCORE_FORWARDEDHEADERS_ENABLED", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_second_voice_nobody_is_let_in()
    {
        using var admin = _service.Client();
        var signer = await Administration.IssueAsync(admin, "ada");
        using var twice = Call(Gateway, "ada");
        twice.Headers.TryAddWithoutValidation(Header, "ada");
        using var signed = signer.Sign(HttpMethod.Get, "/api/v1/me");
        signed.Headers.Add(Header, "ada");
        signed.Headers.Add(FromAnAddress.Header, Gateway);
        using var keyed = Call(Gateway, "ada");
        keyed.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_service.Key}");
        using var presigned = Call(Gateway, "ada", "/api/v1/me?X-Amz-Signature=00");

        foreach (var call in (HttpRequestMessage[])[twice, signed, keyed, presigned])
        {
            using var answer = await _service.Stranger().SendAsync(call, Cancellation);
            await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "access.unauthenticated");
        }
    }

    private Task<HttpResponseMessage> SendAsync(string? from, string value) => _service.Stranger().SendAsync(Call(from, value), Cancellation);

    private static HttpRequestMessage Call(string? from, string value, string path = "/api/v1/me")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(Header, value);
        if (from is not null)
            request.Headers.Add(FromAnAddress.Header, from);
        return request;
    }
}
