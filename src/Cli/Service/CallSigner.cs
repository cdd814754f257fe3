using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pao.Cli.Service;

/// <summary>
/// Signs with AWS Signature Version 4
/// (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"/>).
/// </summary>
internal sealed class CallSigner(Credentials credentials, string region, TimeProvider time)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string TokenPrefix = "pao-sts-v1.";
    private const int TokenSeconds = 60;

    /// <summary>Adds a signature for the service <c>pao</c>.</summary>
    public void Sign(HttpRequestMessage request, Uri address, byte[] body)
    {
        var now = Now();
        var payload = Hex(SHA256.HashData(body));
        SortedDictionary<string, string> headers = new(StringComparer.Ordinal)
        {
            ["host"] = address.Authority,
            ["x-amz-content-sha256"] = payload,
            ["x-amz-date"] = now,
        };
        if (credentials.SessionToken is { } token)
            headers["x-amz-security-token"] = token;

        var query = Canonical(address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2))
            .Select(part => (Uri.UnescapeDataString(part[0]), part.Length > 1 ? Uri.UnescapeDataString(part[1]) : "")));
        var path = string.Join('/', address.AbsolutePath.Split('/').Select(Uri.EscapeDataString));
        var signature = SignatureOf($"{request.Method}\n{path}\n{query}\n{Text(headers)}\n{payload}", now, "pao");
        foreach (var (name, value) in headers.Where(header => header.Key is not "host"))
            request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"{Algorithm} Credential={credentials.KeyId}/{Scope(now, "pao")}, SignedHeaders={string.Join(';', headers.Keys)}, Signature={signature}");
    }

    /// <summary>A call of STS's GetCallerIdentity that the service makes in its caller's place: AWS then says who has signed it.</summary>
    /// <param name="endpoint">The STS that the service is configured with.</param>
    /// <param name="serverId">The name of the service, so that the token is good there only.</param>
    public string IdentityToken(Uri endpoint, string serverId)
    {
        var now = Now();
        SortedDictionary<string, string> headers = new(StringComparer.Ordinal) { ["host"] = endpoint.Authority, ["x-pao-server-id"] = serverId };
        List<(string, string)> parameters =
        [
            ("Action", "GetCallerIdentity"),
            ("Version", "2011-06-15"),
            ("X-Amz-Algorithm", Algorithm),
            ("X-Amz-Credential", $"{credentials.KeyId}/{Scope(now, "sts")}"),
            ("X-Amz-Date", now),
            ("X-Amz-Expires", TokenSeconds.ToString(CultureInfo.InvariantCulture)),
            ("X-Amz-SignedHeaders", string.Join(';', headers.Keys)),
        ];
        if (credentials.SessionToken is { } token)
            parameters.Add(("X-Amz-Security-Token", token));

        var path = $"{endpoint.AbsolutePath.TrimEnd('/')}/";
        var query = Canonical(parameters);
        var signature = SignatureOf($"GET\n{path}\n{query}\n{Text(headers)}\n{Hex(SHA256.HashData([]))}", now, "sts");
        var url = $"{endpoint.GetLeftPart(UriPartial.Authority)}{path}?{query}&X-Amz-Signature={signature}";
        return $"{TokenPrefix}{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(url))}";
    }

    private string SignatureOf(string canonical, string now, string service)
    {
        var key = Encoding.UTF8.GetBytes($"AWS4{credentials.Secret}");
        foreach (var part in Scope(now, service).Split('/'))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var text = $"{Algorithm}\n{now}\n{Scope(now, service)}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        return Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    private string Scope(string now, string service) => $"{now[..8]}/{region}/{service}/aws4_request";

    private string Now() => time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static string Text(SortedDictionary<string, string> headers) =>
        $"{string.Concat(headers.Select(header => $"{header.Key}:{header.Value}\n"))}\n{string.Join(';', headers.Keys)}";

    private static string Canonical(IEnumerable<(string Name, string Value)> parameters) => string.Join('&', parameters
        .Select(parameter => (Name: Uri.EscapeDataString(parameter.Name), Value: Uri.EscapeDataString(parameter.Value)))
        .OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
        .ThenBy(parameter => parameter.Value, StringComparer.Ordinal)
        .Select(parameter => $"{parameter.Name}={parameter.Value}"));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
