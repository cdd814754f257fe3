using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pao.Sandbox.Aws;

/// <summary>
/// Checks a presigned GET as AWS does, by the query as it was sent. Written anew here: the code under test would not
/// notice a mistake that it shares.
/// </summary>
internal static class PresignedCheck
{
    private const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <param name="target">Path and query, as sent.</param>
    /// <param name="headerOf">The value of a header.</param>
    /// <param name="service">That it must be signed for.</param>
    /// <param name="secretOf">The secret of a key; null when nobody has it.</param>
    /// <param name="now">The time.</param>
    /// <returns>AWS's error code, or the id of the key that has signed.</returns>
    public static (string? Error, string KeyId) Check(
        string target, Func<string, string> headerOf, string service, Func<string, string?> secretOf, DateTimeOffset now)
    {
        var split = target.IndexOf('?', StringComparison.Ordinal);
        var sent = target[(split + 1)..].Split('&');
        string Value(string name) => Uri.UnescapeDataString(sent.SingleOrDefault(part => part.StartsWith($"{name}=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "");

        var (credential, time) = (Value("X-Amz-Credential").Split('/'), Value("X-Amz-Date"));
        if (credential.Length != 5 || Value("X-Amz-Algorithm") != "AWS4-HMAC-SHA256" || credential[3] != service || credential[4] != "aws4_request")
            return ("IncompleteSignature", "");
        if (secretOf(credential[0]) is not { } secret)
            return ("InvalidClientTokenId", credential[0]);
        if (!DateTimeOffset.TryParseExact(time, "yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signedAt)
            || (now - signedAt).Duration() > TimeSpan.FromMinutes(15))
            return ("SignatureDoesNotMatch", credential[0]);

        var names = Value("X-Amz-SignedHeaders").Split(';');
        var query = string.Join('&', sent.Where(part => !part.StartsWith("X-Amz-Signature=", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        var canonical = new StringBuilder($"GET\n{target[..split]}\n{query}\n");
        foreach (var name in names)
            canonical.Append(name).Append(':').Append(headerOf(name).Trim()).Append('\n');
        canonical.Append('\n').Append(string.Join(';', names)).Append('\n').Append(EmptyHash);

        var scope = string.Join('/', credential[1..]);
        var toSign = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        var key = Mac(Mac(Mac(Mac(Encoding.UTF8.GetBytes($"AWS4{secret}"), credential[1]), credential[2]), service), "aws4_request");
        return (Hex(Mac(key, toSign)) == Value("X-Amz-Signature") ? null : "SignatureDoesNotMatch", credential[0]);
    }

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
