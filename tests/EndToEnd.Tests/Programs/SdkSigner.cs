using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Util;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>The signer of AWS's own SDK for .NET, as its clients use it.</summary>
internal static class SdkSigner
{
    public static HttpRequestMessage Sign(string method, Uri address, string? body, string? idempotencyKey, string id, string secret)
    {
        var request = Describe(method, address, body, idempotencyKey);
        var signature = new AWS4Signer().SignRequest(request, new Settings(), new RequestMetrics(), id, secret);
        var signed = new HttpRequestMessage(new HttpMethod(method), address);
        if (body is not null)
        {
            signed.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            signed.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        }

        foreach (var (name, value) in request.Headers)
            if (!name.Equals("host", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
                signed.Headers.TryAddWithoutValidation(name, value);
        signed.Headers.TryAddWithoutValidation("Authorization", signature.ForAuthorizationHeader);
        return signed;
    }

    public static HttpRequestMessage Presign(Uri address, string id, string secret)
    {
        var request = Describe("GET", address, body: null, idempotencyKey: null);
        request.Parameters["X-Amz-Expires"] = "300";
        var signature = new AWS4PreSignedUrlSigner().SignRequest(request, new Settings(), new RequestMetrics(), id, secret);
        var separator = address.Query.Length > 0 ? "&" : "?";
        return new HttpRequestMessage(HttpMethod.Get, new Uri($"{address}{separator}X-Amz-Expires=300&{signature.ForQueryParameters}"));
    }

    private static DefaultRequest Describe(string method, Uri address, string? body, string? idempotencyKey)
    {
        var request = new DefaultRequest(new Nothing(), "pao")
        {
            HttpMethod = method,
            Endpoint = new Uri(address.GetLeftPart(UriPartial.Authority)),
            ResourcePath = address.AbsolutePath,
            AuthenticationRegion = "us-east-1",
            OverrideSigningServiceName = "pao",
            UseQueryString = true,
            Content = body is null ? null : Encoding.UTF8.GetBytes(body),
        };
        foreach (var part in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            request.Parameters[Uri.UnescapeDataString(part.Split('=')[0])] = Uri.UnescapeDataString(part.Split('=')[1]);
        if (body is not null)
            request.Headers["Content-Type"] = "application/json";
        if (idempotencyKey is not null)
            request.Headers["Idempotency-Key"] = idempotencyKey;
        return request;
    }

    private sealed class Nothing : AmazonWebServiceRequest;

    private sealed class Settings() : ClientConfig(new Defaults())
    {
        public override string ServiceVersion => "1";

        public override string UserAgent => "pao-tests";

        public override string RegionEndpointServiceName => "pao";

        public override Amazon.Runtime.Endpoints.Endpoint DetermineServiceOperationEndpoint(Amazon.Runtime.Endpoints.ServiceOperationEndpointParameters parameters) =>
            throw new NotSupportedException();
    }

    private sealed class Defaults : IDefaultConfigurationProvider
    {
        public IDefaultConfiguration GetDefaultConfiguration(Amazon.RegionEndpoint clientRegion, DefaultConfigurationMode? requestedConfigurationMode = null) =>
            throw new NotSupportedException();
    }
}
