using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Secrets;

/// <summary>The passwords of one submission, on their way into the store.</summary>
public sealed class SubmittedSecrets(IReadOnlyDictionary<string, string> values, SecretCipher cipher)
{
    private const string Insert = """
        insert into request_secrets (request_id, name, key_id, ciphertext, created_at)
        values (@id, @name, @key_id, @ciphertext, @now)
        """;

    private const string Replace = $"""
        {Insert}
        on conflict (request_id, name) do update set key_id = excluded.key_id, ciphertext = excluded.ciphertext, created_at = excluded.created_at
        """;

    internal Task StoreAsync(Transaction transaction, Guid requestId, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(transaction, Insert, requestId, now, cancellationToken);

    /// <summary>Stores those that were corrected in place of what was kept under their names.</summary>
    internal Task ReplaceAsync(Transaction transaction, Guid requestId, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(transaction, Replace, requestId, now, cancellationToken);

    private async Task WriteAsync(
        Transaction transaction, string statement, Guid requestId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in values)
            await transaction.ExecuteAsync(
                statement,
                p => p.Uuid("id", requestId)
                    .Text("name", name)
                    .Text("key_id", cipher.KeyId)
                    .Text("ciphertext", cipher.Encrypt(requestId, name, value))
                    .Time("now", now),
                cancellationToken);
    }
}
