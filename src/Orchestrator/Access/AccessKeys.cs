using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Pao.Orchestrator.Secrets;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Access;

/// <summary>The access keys that sign, as this process has last read them; also that there is none is kept for a while.</summary>
public sealed partial class AccessKeys(Database database, SecretCipher cipher, TimeProvider time, ILogger<AccessKeys> logger) : IDisposable
{
    private const int MostKept = 10_000;

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = MostKept });

    /// <returns>Null when there is none with this id, or it is disabled or past its time.</returns>
    public async Task<LiveKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!AccessKeyId.IsOurs(cipher, id))
            return null;

        var now = time.GetUtcNow();
        if (!_kept.TryGetValue<Reading>(id, out var reading) || reading is null || now - reading.At >= Principals.Freshness)
        {
            reading = new Reading((await database.ReadAsync(Find, p => p.Text("id", id), Read, cancellationToken)).SingleOrDefault(), now);
            _kept.Set(id, reading, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Principals.Freshness });
        }

        return reading.Key?.ExpiresAt <= now ? null : reading.Key;
    }

    /// <summary>Reads it anew at its next call.</summary>
    internal void Forget(string id) => _kept.Remove(id);

    public void Dispose() => _kept.Dispose();

    /// <summary>A key whose secret cannot be read signs nothing; the others do.</summary>
    private LiveKey? Read(Row row)
    {
        var (id, principal) = (row.Text("id"), row.Text("principal_id"));
        try
        {
            return new LiveKey(id, cipher.DecryptAccessKey(id, principal, row.Text("ciphertext")), principal, row.TimeOrNull("expires_at"));
        }
        catch (CryptographicException)
        {
            Log.Unreadable(logger, id, row.Text("cipher_key_id"), cipher.KeyId, RequestSecretOptions.Section);
            return null;
        }
    }

    private sealed record Reading(LiveKey? Key, DateTimeOffset At);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error,
            "The access key {Id} is refused: its secret was encrypted with the key {KeyId}, and this process has the key {OwnKeyId}, or it is damaged. Every process needs the same {Section}:Key, or the same data directory.")]
        public static partial void Unreadable(ILogger logger, string id, string keyId, string ownKeyId, string section);
    }
}
