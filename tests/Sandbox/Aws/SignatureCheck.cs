using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Pao.Sandbox.Aws;

/// <summary>Checks Signature Version 4 as AWS does. Written anew here: the code under test would not notice a mistake that it shares.</summary>
internal static partial class SignatureCheck
{
    /// <returns>AWS's error type; null when the request is signed.</returns>
    public static string? WhyRefused(HttpRequest request, byte[] body, string service, Func<string, string?, string?> secretOf, DateTimeOffset now)
    {
        var shown = Shown().Match(request.Headers.Authorization.ToString());
        if (!shown.Success)
            return "MissingAuthenticationTokenException";

        string Part(string name) => shown.Groups[name].Value;
        if (secretOf(Part("id"), request.Headers["X-Amz-Security-Token"].ToString() is { Length: > 0 } token ? token : null) is not { } secret)
            return "UnrecognizedClientException";
        if (secret.Length is 0)
            return "ExpiredTokenException";

        var time = request.Headers["X-Amz-Date"].ToString();
        if (Part("service") != service
            || !DateTimeOffset.TryParseExact(time, "yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signedAt)
            || (now - signedAt).Duration() > TimeSpan.FromMinutes(15)
            || !time.StartsWith(Part("day"), StringComparison.Ordinal))
        {
            return "InvalidSignatureException";
        }

        string[] names = Part("names").Split(';');
        string[] needed = ["host", "x-amz-date", "x-amz-target", "content-type"];
        if (needed.Except(names).Any() || !names.SequenceEqual(names.Order(StringComparer.Ordinal)))
            return "InvalidSignatureException";

        var canonical = new StringBuilder($"{request.Method}\n{request.PathBase}{request.Path}\n{request.QueryString.Value?.TrimStart('?')}\n");
        foreach (var name in names)
            canonical.Append(name).Append(':').Append(request.Headers[name].ToString().Trim()).Append('\n');
        canonical.Append('\n').Append(Part("names")).Append('\n').Append(Hex(SHA256.HashData(body)));

        var scope = $"{Part("day")}/{Part("region")}/{service}/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        var key = Mac(Mac(Mac(Mac(Encoding.UTF8.GetBytes("AWS4" + secret), Part("day")), Part("region")), service), "aws4_request");
        return Hex(Mac(key, toSign)) == Part("signature") ? null : "InvalidSignatureException";
    }

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    [GeneratedRegex(
        "^AWS4-HMAC-SHA256 Credential=(?<id>[A-Z0-9]+)/(?<day>[0-9]{8})/(?<region>[a-z0-9-]+)/(?<service>[a-z]+)/aws4_request, "
        + "SignedHeaders=(?<names>[a-z0-9;-]+), Signature=(?<signature>[0-9a-f]{64})$")]
    private static partial Regex Shown();
}
