using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pao.Activities.Jira;

/// <summary>
/// The token that Atlassian sends with the webhooks of apps: a JWT (RFC 7519) signed with HMAC-SHA256, which names the call by a
/// hash of its method, path and query (<c>qsh</c>,
/// <see href="https://developer.atlassian.com/cloud/jira/platform/understanding-jwt-for-connect-apps/"/>). It says nothing
/// of the body, which is believed no more than any event is.
/// </summary>
internal static class JiraToken
{
    private const int Longest = 8 * 1024;
    private static readonly TimeSpan Leeway = TimeSpan.FromMinutes(1);

    /// <summary>Whether the token was signed with the secret, for this call, and is good now.</summary>
    /// <param name="token">As sent, in three parts.</param>
    /// <param name="secret">The app's.</param>
    /// <param name="path">The call's, without a query; an app's own address may begin anywhere within it.</param>
    /// <param name="now">The time.</param>
    public static bool IsSigned(string token, string secret, string path, DateTimeOffset now)
    {
        if (token.Length > Longest || token.Split('.') is not [var header, var claims, var signature] || Decode(signature) is not { } given)
            return false;

        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes($"{header}.{claims}"));
        return CryptographicOperations.FixedTimeEquals(expected, given)
            && Read(header) is { } kind && Text(kind, "alg") is "HS256"
            && Read(claims) is { } said
            && Time(said, "exp") is { } end && now <= end + Leeway
            && (Time(said, "iat") is not { } begin || begin <= now + Leeway)
            && Paths(path).Any(one => Text(said, "qsh") == Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"POST&{one}&"))));
    }

    private static IEnumerable<string> Paths(string path) =>
        path.Index().Where(character => character.Item is '/').Select(character => path[character.Index..]);

    private static byte[]? Decode(string part) => Base64Url.IsValid(part) ? Base64Url.DecodeFromChars(part) : null;

    private static JsonElement? Read(string part)
    {
        try
        {
            return Decode(part) is { } json && JsonElement.Parse(json) is { ValueKind: JsonValueKind.Object } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var seconds)
            && seconds is >= 0 and < 253402300800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
