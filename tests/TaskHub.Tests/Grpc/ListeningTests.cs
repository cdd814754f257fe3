using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Pao.TaskHub.Grpc;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Grpc;

/// <summary>Where a hub may be served, and to whom.</summary>
public sealed class ListeningTests
{
    [Theory]
    [InlineData("http://0.0.0.0:0", null, "takes https and a token")]
    [InlineData("http://*:0", ServedHubs.Token, "takes https and a token")]
    [InlineData("https://0.0.0.0:0", null, "takes https and a token")]
    [InlineData("https://127.0.0.1:0", ServedHubs.Token, "needs a certificate")]
    [InlineData("http://example.com:4001", ServedHubs.Token, "a host is an IP address")]
    [InlineData("http://127.0.0.1:0", "short", "shorter than 32 characters")]
    public async Task A_hub_in_the_open_or_with_a_weak_token_does_not_start_and_says_why(string url, string? token, string reason)
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            ServedHubs.StartAsync(server => (server.Urls, server.Access.Token) = (url, token)));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", false, CallerRights.Activities)]
    [InlineData("::1", false, CallerRights.Activities)]
    [InlineData("127.0.0.1", true, null)]
    [InlineData("10.1.2.3", false, null)]
    [InlineData(null, false, null)]
    internal void Only_a_caller_on_this_machine_needs_no_token(string? origin, bool requireToken, CallerRights? rights)
    {
        var options = new HubAccessOptions { Token = ServedHubs.Token };
        options.ReservedNames.Add("OfTheHost");
        var access = new HubAccess(options, requireToken);
        var address = origin is null ? null : IPAddress.Parse(origin);

        if (rights is not null)
            Assert.Equal(rights, access.RightsOf(authorization: null, address));
        else
            Assert.Equal(StatusCode.Unauthenticated, Assert.Throws<RpcException>(() => access.RightsOf(authorization: null, address)).StatusCode);
        Assert.Equal(CallerRights.All, access.RightsOf("Bearer " + ServedHubs.Token, address));
    }

    [Fact]
    public async Task A_hub_speaks_https_with_a_certificate_of_ones_own()
    {
        var folder = Directory.CreateTempSubdirectory("pao-tls-");
        try
        {
            using var certificate = Certificate();
            var (chain, key) = (Path.Combine(folder.FullName, "hub.pem"), Path.Combine(folder.FullName, "hub.key"));
            await File.WriteAllTextAsync(chain, certificate.ExportCertificatePem(), HubFixture.Cancellation);
            await File.WriteAllTextAsync(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), HubFixture.Cancellation);
            await using var hubs = await ServedHubs.StartAsync(server =>
                (server.Urls, server.CertificatePath, server.CertificateKeyPath) = ("https://127.0.0.1:0", chain, key));

            using var trusting = Trusting(certificate);
            var client = await hubs.ClientAsync(trusting);
            await client.StartInstanceAsync(new() { InstanceId = "tls", Name = "Any" }, ServedHubs.As(ServedHubs.Token), cancellationToken: HubFixture.Cancellation);

            using var another = Certificate();
            using var distrusting = new HttpClient(Trusting(another));
            var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => distrusting.GetAsync(hubs.Address, HubFixture.Cancellation));
            Assert.Equal(HttpRequestError.SecureConnectionError, refusal.HttpRequestError);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=hub", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddMinutes(-5), now.AddHours(1));
    }

    private static SocketsHttpHandler Trusting(X509Certificate2 certificate) => new()
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { certificate },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };
}
