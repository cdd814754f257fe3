using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pao.Activities.Webhooks;

/// <summary>HMAC-SHA256 over <c>timestamp.body</c>: the receiver knows who sent it, and when.</summary>
internal static class WebhookSignature
{
    public const string Header = "X-Pao-Signature";
    public const string TimestampHeader = "X-Pao-Timestamp";

    public static string Timestamp(DateTimeOffset now) => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    public static string Compute(string secret, string timestamp, ReadOnlySpan<byte> body)
    {
        var signed = (byte[])[.. Encoding.ASCII.GetBytes(timestamp), (byte)'.', .. body];
        return "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
    }
}
