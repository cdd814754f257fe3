using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Access;

/// <summary>Signs calls as clients do, with a key of somebody's.</summary>
internal sealed record TestSigner(string KeyId, string Secret)
{
    /// <summary>A call that is signed now.</summary>
    public HttpRequestMessage Sign(HttpMethod method, string path, string? body = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        var payload = Hash(body ?? "");
        request.Headers.Add("X-Amz-Date", Text(now));
        request.Headers.Add("X-Amz-Content-Sha256", payload);
        var split = path.Split('?', 2);
        var canonical = $"{method}\n{split[0]}\n{(split.Length > 1 ? split[1] : "")}\nhost:localhost\nx-amz-content-sha256:{payload}\nx-amz-date:{Text(now)}\n\n"
            + $"host;x-amz-content-sha256;x-amz-date\n{payload}";
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={KeyId}/{Scope(now, "pao")}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={SignatureOf(canonical, now, "pao")}");
        return request;
    }

    /// <summary>The first administrator's.</summary>
    public static TestSigner OfFirstKey(Service service)
    {
        var lines = File.ReadAllLines(Path.Combine(service.DataDirectory, "credentials"));
        return new TestSigner(Value("aws_access_key_id"), Value("aws_secret_access_key"));

        string Value(string name) => lines.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split('=', 2)[1].Trim();
    }

    /// <summary>The same call once more: a message is sent once only.</summary>
    public static HttpRequestMessage Copy(HttpRequestMessage signed)
    {
        var copy = new HttpRequestMessage(signed.Method, signed.RequestUri);
        foreach (var (name, values) in signed.Headers)
            copy.Headers.TryAddWithoutValidation(name, values);
        return copy;
    }

    /// <summary>A presigned GET of an endpoint that ends in a slash.</summary>
    public string Presign(string endpoint, string service, IReadOnlyDictionary<string, string> parameters, IReadOnlyDictionary<string, string> headers, DateTimeOffset now)
    {
        SortedDictionary<string, string> signed = new(headers.ToDictionary(), StringComparer.Ordinal) { ["host"] = new Uri(endpoint).Authority };
        SortedDictionary<string, string> query = new(parameters.ToDictionary(), StringComparer.Ordinal)
        {
            ["X-Amz-Algorithm"] = "AWS4-HMAC-SHA256",
            ["X-Amz-Credential"] = $"{KeyId}/{Scope(now, service)}",
            ["X-Amz-Date"] = Text(now),
            ["X-Amz-SignedHeaders"] = string.Join(';', signed.Keys),
        };
        var text = string.Join('&', query.Select(part => $"{Uri.EscapeDataString(part.Key)}={Uri.EscapeDataString(part.Value)}"));
        var canonical = $"GET\n{new Uri(endpoint).AbsolutePath}\n{text}\n{string.Concat(signed.Select(header => $"{header.Key}:{header.Value}\n"))}\n{string.Join(';', signed.Keys)}\n{Hash("")}";
        return $"{endpoint}?{text}&X-Amz-Signature={SignatureOf(canonical, now, service)}";
    }

    private string SignatureOf(string canonical, DateTimeOffset now, string service)
    {
        var key = Encoding.UTF8.GetBytes($"AWS4{Secret}");
        foreach (var part in Scope(now, service).Split('/'))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var text = $"AWS4-HMAC-SHA256\n{Text(now)}\n{Scope(now, service)}\n{Hash(canonical)}";
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    private static string Scope(DateTimeOffset now, string service) => $"{Text(now)[..8]}/us-east-1/{service}/aws4_request";

    private static string Text(DateTimeOffset now) => now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
