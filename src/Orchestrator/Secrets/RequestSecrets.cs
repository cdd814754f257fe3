using System.Security.Cryptography;
using Pao.Activities.Secrets;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Secrets;

/// <summary>The passwords of requests, as the database keeps them.</summary>
internal sealed class RequestSecrets(Database database, SecretCipher cipher, TimeProvider time) : IRequestSecrets
{
    private const string Find = "select name, key_id, ciphertext from request_secrets where request_id = @id";

    public async Task<IReadOnlyDictionary<string, string>> RevealAsync(Guid requestId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            Find,
            p => p.Uuid("id", requestId),
            row => (Name: row.Text("name"), KeyId: row.Text("key_id"), Ciphertext: row.Text("ciphertext")),
            cancellationToken);
        return rows.ToDictionary(row => row.Name, row => Decrypt(requestId, row.Name, row.KeyId, row.Ciphertext), StringComparer.Ordinal);
    }

    public Task KeepAsync(Guid requestId, string name, string value, CancellationToken cancellationToken)
    {
        var kept = new SubmittedSecrets(new Dictionary<string, string> { [name] = value }, cipher);
        return database.WriteAsync(
            async transaction =>
            {
                await kept.ReplaceAsync(transaction, requestId, Clock.Microseconds(time), cancellationToken);
                return true;
            },
            cancellationToken);
    }

    private string Decrypt(Guid requestId, string name, string keyId, string ciphertext)
    {
        if (keyId != cipher.KeyId)
            throw new SecretUnreadableException(
                $"The password of the field '{name}' was encrypted with the key {keyId}, and this process has the key {cipher.KeyId}. "
                + $"Every process that takes or fulfils requests needs the same {RequestSecretOptions.Section}:Key, or the same data directory.");

        try
        {
            return cipher.Decrypt(requestId, name, ciphertext);
        }
        catch (CryptographicException)
        {
            throw new SecretUnreadableException($"What is kept of the password of the field '{name}' is damaged.");
        }
    }
}
