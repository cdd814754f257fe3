using System.Security.Cryptography;
using System.Text;
using Pao.Orchestrator.Secrets;

namespace Pao.Orchestrator.Access;

/// <summary>
/// Ids of access keys, as signers expect them: <c>PAOK</c>, 16 random hexadecimal digits, and 8 that only this service can
/// make. Whoever guesses ids learns nothing, and costs no look at the database.
/// </summary>
internal static class AccessKeyId
{
    private const string Prefix = "PAOK";
    private const int RandomBytes = 8;
    private const int CheckBytes = 4;
    private const int Length = 4 + (2 * RandomBytes) + (2 * CheckBytes);

    public static string New(SecretCipher cipher)
    {
        var random = $"{Prefix}{Convert.ToHexString(RandomNumberGenerator.GetBytes(RandomBytes))}";
        return $"{random}{Check(cipher, random)}";
    }

    public static bool IsOurs(SecretCipher cipher, string id) =>
        id.Length == Length
        && id.StartsWith(Prefix, StringComparison.Ordinal)
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(Check(cipher, id[..^(2 * CheckBytes)])), Encoding.UTF8.GetBytes(id[^(2 * CheckBytes)..]));

    private static string Check(SecretCipher cipher, string random) => Convert.ToHexString(cipher.Seal(random).AsSpan(0, CheckBytes));
}
