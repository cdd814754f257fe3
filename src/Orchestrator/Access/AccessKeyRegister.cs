using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Secrets;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Access;

/// <summary>
/// Where administrators issue access keys, and take them back. Two can be active at once, so that a new one is in use
/// before the old one is disabled. Other processes see a change within <see cref="Principals.Freshness"/>.
/// </summary>
public sealed partial class AccessKeyRegister(Database database, SecretCipher cipher, AccessKeys keys, TimeProvider time)
{
    public const int MostActive = 2;

    /// <summary>With those that are disabled or past their time.</summary>
    public const int Most = 10;

    private const int SecretBytes = 30;

    /// <returns>Null when there is no such principal.</returns>
    public async Task<IReadOnlyList<IssuedKey>?> ListAsync(string principalId, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(List, p => p.Text("principal", principalId), Read, cancellationToken);
        return found.Count > 0
            || (await database.ReadAsync(FindPrincipal, p => p.Text("principal", principalId), row => row.Text("id"), cancellationToken)).Count > 0
            ? found
            : null;
    }

    /// <summary>Makes a key. Its secret is told in the outcome, and never again.</summary>
    public Task<AccessKeyOutcome> IssueAsync(
        string principalId, DateTimeOffset? expiresAt, Origin origin, CancellationToken cancellationToken) =>
        database.WriteAsync<AccessKeyOutcome>(async transaction =>
        {
            await AccessTurn.TakeAsync(database, transaction, cancellationToken);
            var now = Clock.Microseconds(time);
            if ((await transaction.ReadAsync(FindPrincipal, p => p.Text("principal", principalId), row => row.Text("id"), cancellationToken)).Count == 0)
                return new AccessKeyOutcome.NoPrincipal();
            var present = await ListAsync(transaction, principalId, cancellationToken);
            if (CountActive(present, now) >= MostActive)
                return new AccessKeyOutcome.TooMany(OfActive: true);
            if (present.Count >= Most)
                return new AccessKeyOutcome.TooMany(OfActive: false);

            var (id, secret) = (AccessKeyId.New(cipher), Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes)));
            await transaction.ExecuteAsync(
                Insert,
                p => p.Text("id", id)
                    .Text("principal", principalId)
                    .Text("cipher_key_id", cipher.KeyId)
                    .Text("ciphertext", cipher.EncryptAccessKey(id, principalId, secret))
                    .Time("now", now)
                    .Text("by", origin.Actor)
                    .Time("expires_at", expiresAt),
                cancellationToken);
            var key = new IssuedKey(id, principalId, now, origin.Actor, expiresAt, DisabledAt: null, LastUsedAt: null);
            await AuditAsync(transaction, "access_key.created", before: null, key, origin, cancellationToken);
            return new AccessKeyOutcome.Issued(key, secret);
        }, cancellationToken);

    /// <summary>Lets a key sign no more, or again.</summary>
    public Task<AccessKeyOutcome> SetAsync(
        string principalId, string id, bool enabled, Origin origin, CancellationToken cancellationToken) =>
        ChangeAsync(principalId, id, async (transaction, key, others) =>
        {
            var now = Clock.Microseconds(time);
            if (enabled == (key.DisabledAt is null))
                return new AccessKeyOutcome.Kept(key);

            var changed = key with { DisabledAt = enabled ? null : now };
            if (CountActive([changed, .. others], now) > MostActive)
                return new AccessKeyOutcome.TooMany(OfActive: true);

            await transaction.ExecuteAsync(Set, p => p.Text("id", id).Time("disabled_at", changed.DisabledAt), cancellationToken);
            await AuditAsync(transaction, enabled ? "access_key.enabled" : "access_key.disabled", key, changed, origin, cancellationToken);
            return new AccessKeyOutcome.Kept(changed);
        }, cancellationToken);

    /// <summary>Forgets a key and its secret; the audit still names it.</summary>
    public Task<AccessKeyOutcome> DeleteAsync(
        string principalId, string id, Origin origin, CancellationToken cancellationToken) =>
        ChangeAsync(principalId, id, async (transaction, key, _) =>
        {
            await transaction.ExecuteAsync(Delete, p => p.Text("id", id), cancellationToken);
            await AuditAsync(transaction, "access_key.deleted", key, after: null, origin, cancellationToken);
            return new AccessKeyOutcome.Kept(key);
        }, cancellationToken);

    private async Task<AccessKeyOutcome> ChangeAsync(
        string principalId,
        string id,
        Func<Transaction, IssuedKey, IReadOnlyList<IssuedKey>, Task<AccessKeyOutcome>> change,
        CancellationToken cancellationToken)
    {
        var outcome = await database.WriteAsync(async transaction =>
        {
            await AccessTurn.TakeAsync(database, transaction, cancellationToken);
            var present = await ListAsync(transaction, principalId, cancellationToken);
            return present.SingleOrDefault(key => key.Id == id) is { } key
                ? await change(transaction, key, [.. present.Where(other => other.Id != id)])
                : new AccessKeyOutcome.NoKey();
        }, cancellationToken);
        keys.Forget(id);
        return outcome;
    }

    private static Task<List<IssuedKey>> ListAsync(Transaction transaction, string principalId, CancellationToken cancellationToken) =>
        transaction.ReadAsync(List, p => p.Text("principal", principalId), Read, cancellationToken);

    private static int CountActive(IEnumerable<IssuedKey> present, DateTimeOffset now) =>
        present.Count(key => key.StateAt(now) is IssuedKeyState.Active);

    private static IssuedKey Read(Row row) => new(
        row.Text("id"),
        row.Text("principal_id"),
        row.Time("created_at"),
        row.Text("created_by"),
        row.TimeOrNull("expires_at"),
        row.TimeOrNull("disabled_at"),
        row.TimeOrNull("last_used_at"));

    private Task AuditAsync(
        Transaction transaction, string action, IssuedKey? before, IssuedKey? after, Origin origin, CancellationToken cancellationToken) =>
        AuditLog.WriteAsync(
            transaction,
            new AuditEntry(origin, action)
            {
                Details = new JsonObject { ["principal_id"] = (after ?? before)?.PrincipalId, ["access_key_id"] = (after ?? before)?.Id },
                Before = Describe(before),
                After = Describe(after),
            },
            Clock.Microseconds(time),
            cancellationToken);

    private static JsonObject? Describe(IssuedKey? key) => key is null ? null : new JsonObject
    {
        ["disabled"] = key.DisabledAt is not null,
        ["expires_at"] = key.ExpiresAt?.ToString("O"),
    };
}
