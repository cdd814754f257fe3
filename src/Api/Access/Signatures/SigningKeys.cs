using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access.Signatures;

/// <summary>
/// Keys derived from secrets; deriving takes four rounds of HMAC. A derived key is good for a day, and is kept no longer than
/// what is known of the key that it was derived from: one that is disabled leaves nothing behind.
/// </summary>
internal sealed class SigningKeys : IDisposable
{
    private static readonly TimeSpan Kept = Principals.Freshness;

    private readonly MemoryCache _keys = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    /// <summary>The key that signs with this secret in this scope.</summary>
    public byte[] Get(string secret, SignatureScope scope) =>
        // By the secret, not by its id: a rotated or disabled key leaves nothing behind that a new one could meet.
        _keys.GetOrCreate((secret, scope), entry =>
        {
            entry.Size = 1;
            entry.AbsoluteExpirationRelativeToNow = Kept;
            return Derive(secret, scope);
        }) ?? Derive(secret, scope);

    public void Dispose() => _keys.Dispose();

    internal static byte[] Derive(string secret, SignatureScope scope)
    {
        var key = Encoding.UTF8.GetBytes($"AWS4{secret}");
        foreach (var part in (string[])[scope.Day, scope.Region, scope.Service, "aws4_request"])
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return key;
    }
}
