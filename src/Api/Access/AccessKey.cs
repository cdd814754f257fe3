using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Pao.Api.Configuration;

namespace Pao.Api.Access;

/// <summary>The key that every call shows: made at the first start, kept in a file that only its owner reads.</summary>
internal sealed class AccessKey
{
    public const string FileName = "access-key";

    private readonly byte[] _hash;

    public AccessKey(IOptions<PaoOptions> options)
    {
        var file = KeyFile.OpenOrCreate(options.Value.DataDirectory, FileName);
        (File, IsNew, _hash) = (file.Path, file.IsNew, Hash(file.Key));
        Announcement = IsNew ? $"Access key, shown this once: {file.Key} (kept in {File})" : $"The access key is in {File}.";
    }

    public string File { get; }

    /// <summary>Whether this start made it.</summary>
    public bool IsNew { get; }

    /// <summary>Tells the person at the terminal where the key is; at the first start also what it is.</summary>
    public string Announcement { get; }

    /// <summary>Compares in a time that tells nothing about the key.</summary>
    public bool Matches(string candidate) => CryptographicOperations.FixedTimeEquals(Hash(candidate), _hash);

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
