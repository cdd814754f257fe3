using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pao.Activities.Secrets.Stores.Aws;

/// <summary>AWS's Signature Version 4, for requests whose path and query are as they are signed.</summary>
internal static class AwsSignature
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Signs all headers that are on the request, and adds the date, the session's token and the signature.</summary>
    public static void Sign(HttpRequestMessage request, byte[] body, AwsKeys keys, string region, string service, DateTimeOffset now)
    {
        var address = request.RequestUri ?? throw new InvalidOperationException("A request goes somewhere.");
        request.Headers.Host ??= address.Authority;
        request.Headers.Add("X-Amz-Date", Time(now));
        if (keys.SessionToken is { } token)
            request.Headers.Add("X-Amz-Security-Token", token);

        var headers = request.Headers.NonValidated.Concat(request.Content?.Headers.NonValidated ?? default)
            .Select(header => (header.Key, Values: string.Join(',', header.Value)));
        var authorization = Authorization(
            request.Method.Method, address.AbsolutePath, address.Query.TrimStart('?'), [.. headers], body, keys, region, service, now);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
    }

    public static string Authorization(
        string method, string path, string query, IReadOnlyList<(string Name, string Value)> headers, byte[] body, AwsKeys keys,
        string region, string service, DateTimeOffset now)
    {
        var signed = headers
            .Select(header => (Name: header.Name.ToLowerInvariant(), Value: Plain(header.Value)))
            .GroupBy(header => header.Name, header => header.Value, StringComparer.Ordinal)
            .OrderBy(header => header.Key, StringComparer.Ordinal)
            .ToArray();
        var names = string.Join(';', signed.Select(header => header.Key));
        var canonical = string.Join('\n',
        [
            method, path, query, .. signed.Select(header => $"{header.Key}:{string.Join(',', header)}"), "", names, Hash(body),
        ]);

        var day = now.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var scope = $"{day}/{region}/{service}/aws4_request";
        var text = $"{Algorithm}\n{Time(now)}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}";
        var key = new[] { day, region, service, "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes($"AWS4{keys.Secret}"), Mac);
        return $"{Algorithm} Credential={keys.Id}/{scope}, SignedHeaders={names}, Signature={Convert.ToHexStringLower(Mac(key, text))}";
    }

    private static string Time(DateTimeOffset now) => now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static string Plain(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
