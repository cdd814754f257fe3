using System.Security.Cryptography;

namespace Pao.Audit;

/// <summary>A key that heads are signed with, or the public half of one. ECDSA on the curve P-256.</summary>
public sealed class HeadKey : IDisposable
{
    private const string P256 = "1.2.840.10045.3.1.7";
    private readonly ECDsa _key;

    private HeadKey(ECDsa key)
    {
        _key = key;
        Id = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];
    }

    /// <summary>Of the public half: which key signed a head.</summary>
    public string Id { get; }

    public string PublicPem => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>A new key, as it is kept.</summary>
    public static string CreatePem()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    /// <exception cref="ArgumentException">It is no key of this kind.</exception>
    public static HeadKey FromPem(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.ExportParameters(includePrivateParameters: false).Curve is { IsNamed: true, Oid.Value: P256 })
                return new HeadKey(key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // Said below: the reasons of the library name parts of a format.
        }

        key.Dispose();
        throw new ArgumentException("It holds no key of the curve P-256 in PEM.", nameof(pem));
    }

    internal byte[] Sign(byte[] bytes) => _key.SignData(bytes, HashAlgorithmName.SHA256);

    internal bool IsSignature(byte[] bytes, byte[] signature) => _key.VerifyData(bytes, signature, HashAlgorithmName.SHA256);

    public void Dispose() => _key.Dispose();
}
