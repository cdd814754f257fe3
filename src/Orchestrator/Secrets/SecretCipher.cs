using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Pao.Orchestrator.Secrets;

/// <summary>
/// Encrypts the passwords of requests and the secrets of access keys with AES-256-GCM, each under a nonce of its own and
/// bound to its row: what is moved elsewhere cannot be decrypted there.
/// </summary>
public sealed class SecretCipher(IOptions<RequestSecretOptions> options)
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const string RequestSecret = "encryption";
    private const string AccessKey = "access key";

    private readonly Lazy<byte[]> _key = new(() => Parse(options.Value.Key ?? "")
        ?? throw new InvalidOperationException($"No key is set for the passwords of requests ({RequestSecretOptions.Section}:Key)."));

    /// <summary>Tells keys apart, and nothing about the key.</summary>
    public string KeyId => Convert.ToHexStringLower(Derive("key id", 4));

    /// <summary>
    /// A fingerprint that tells nothing to whoever lacks the key: a plain hash of a body would let them try passwords.
    /// </summary>
    public string Fingerprint(string hash) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Derive("fingerprint", KeyBytes), Encoding.UTF8.GetBytes(hash)));

    internal static byte[]? Parse(string key)
    {
        if (key.Length == 2 * KeyBytes && key.All(char.IsAsciiHexDigit))
            return Convert.FromHexString(key);

        var bytes = new byte[KeyBytes];
        return Base64.IsValid(key) && Convert.TryFromBase64String(key, bytes, out var written) && written == KeyBytes ? bytes : null;
    }

    internal string Encrypt(Guid requestId, string name, string value) => Seal(RequestSecret, Owner(requestId, name), value);

    /// <exception cref="CryptographicException">It was encrypted with another key, for another field, or is damaged.</exception>
    internal string Decrypt(Guid requestId, string name, string ciphertext) => Open(RequestSecret, Owner(requestId, name), ciphertext);

    /// <summary>Encrypts the secret of an access key, bound to the key and to whose it is.</summary>
    internal string EncryptAccessKey(string keyId, string principalId, string secret) => Seal(AccessKey, Owner(keyId, principalId), secret);

    /// <exception cref="CryptographicException">It was encrypted with another key, for another principal, or is damaged.</exception>
    internal string DecryptAccessKey(string keyId, string principalId, string ciphertext) => Open(AccessKey, Owner(keyId, principalId), ciphertext);

    /// <summary>Shows that an access key's id was made here: ids that somebody has made up are refused without a look at the database.</summary>
    internal byte[] Seal(string keyId) => HMACSHA256.HashData(Derive("access key id", KeyBytes), Encoding.UTF8.GetBytes(keyId));

    private string Seal(string purpose, byte[] owner, string value)
    {
        var plain = Encoding.UTF8.GetBytes(value);
        var whole = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = whole.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(Derive(purpose, KeyBytes), TagBytes);
        aes.Encrypt(nonce, plain, whole.AsSpan(NonceBytes + TagBytes), whole.AsSpan(NonceBytes, TagBytes), owner);
        return Convert.ToBase64String(whole);
    }

    private string Open(string purpose, byte[] owner, string ciphertext)
    {
        var whole = Convert.FromBase64String(ciphertext).AsSpan();
        var plain = new byte[whole.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(Derive(purpose, KeyBytes), TagBytes);
        aes.Decrypt(whole[..NonceBytes], whole[(NonceBytes + TagBytes)..], whole.Slice(NonceBytes, TagBytes), plain, owner);
        return Encoding.UTF8.GetString(plain);
    }

    private static byte[] Owner(string keyId, string principalId) => Encoding.UTF8.GetBytes($"{keyId}/{principalId}");

    private static byte[] Owner(Guid requestId, string name) => Encoding.UTF8.GetBytes($"{requestId}/{name}");

    private byte[] Derive(string purpose, int length) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key.Value, length, salt: null, Encoding.ASCII.GetBytes($"pao request secrets: {purpose}"));
}
