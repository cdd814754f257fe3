using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pao.Bench.Http;

/// <summary>Signs each call with AWS Signature Version 4, as the callers of a service in production do.</summary>
internal sealed class SigningHandler(string keyId, string secret) : DelegatingHandler(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue })
{
    private const string Scope = "us-east-1/pao/aws4_request";
    private (string Day, byte[] Key) _derived = ("", []);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        Sign(request, Convert.ToHexStringLower(SHA256.HashData(body)));
        return await base.SendAsync(request, cancellationToken);
    }

    private void Sign(HttpRequestMessage request, string payload)
    {
        var uri = request.RequestUri ?? throw new InvalidOperationException("A call without an address.");
        var now = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        List<(string Name, string Value)> headers = [("host", uri.Authority), ("x-amz-content-sha256", payload), ("x-amz-date", now)];
        if (request.Headers.TryGetValues("Idempotency-Key", out var keys))
            headers.Insert(1, ("idempotency-key", keys.Single()));

        var names = string.Join(';', headers.Select(header => header.Name));
        var query = string.Join('&', uri.Query.TrimStart('?').Split('&').Order(StringComparer.Ordinal));
        var canonical = $"{request.Method}\n{uri.AbsolutePath}\n{query}\n{string.Concat(headers.Select(header => $"{header.Name}:{header.Value}\n"))}\n{names}\n{payload}";
        var scope = $"{now[..8]}/{Scope}";
        var text = $"AWS4-HMAC-SHA256\n{now}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(KeyOf(now[..8]), Encoding.UTF8.GetBytes(text)));

        request.Headers.Add("x-amz-content-sha256", payload);
        request.Headers.Add("x-amz-date", now);
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential={keyId}/{scope}, SignedHeaders={names}, Signature={signature}");
    }

    private byte[] KeyOf(string day)
    {
        var derived = _derived;
        if (derived.Day == day)
            return derived.Key;

        var key = Encoding.UTF8.GetBytes($"AWS4{secret}");
        foreach (var part in (string[])[day, .. Scope.Split('/')])
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        _derived = (day, key);
        return key;
    }
}
