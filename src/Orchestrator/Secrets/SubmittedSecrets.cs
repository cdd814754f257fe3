using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Secrets;

/// <summary>The passwords of one submission, on their way into the store.</summary>
public sealed class SubmittedSecrets(IReadOnlyDictionary<string, string> values, SecretCipher cipher)
{
    private const string Insert = """
        insert into request_secrets (request_id, name, key_id, ciphertext, created_at)
        values (@id, @name, @key_id, @ciphertext, @now)
        """;

    internal async Task StoreAsync(Transaction transaction, Guid requestId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in values)
            await transaction.ExecuteAsync(
                Insert,
                p => p.Uuid("id", requestId)
                    .Text("name", name)
                    .Text("key_id", cipher.KeyId)
                    .Text("ciphertext", cipher.Encrypt(requestId, name, value))
                    .Time("now", now),
                cancellationToken);
    }
}
