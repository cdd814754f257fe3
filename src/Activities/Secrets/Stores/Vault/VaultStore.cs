using System.Text.Json.Nodes;

namespace Pao.Activities.Secrets.Stores.Vault;

/// <summary>HashiCorp Vault, the KV engine of version 2.</summary>
internal sealed class VaultStore(SecretStoreOptions options, VaultSession session) : ISecretStore
{
    public async Task<SecretDocument> ReadAsync(SecretReference secret, CancellationToken cancellationToken)
    {
        var path = $"{options.Mount.Trim('/')}/data/{secret.EncodedPath.TrimStart('/')}";
        var token = await session.TokenAsync(refused: null, cancellationToken);
        var (status, text) = await session.SendAsync(HttpMethod.Get, path, null, token, cancellationToken);
        if (status is 403)
        {
            // A token that was revoked is refused in the same way as a path that the policy does not give.
            token = await session.TokenAsync(refused: token, cancellationToken);
            (status, text) = await session.SendAsync(HttpMethod.Get, path, null, token, cancellationToken);
        }

        return status switch
        {
            200 when StoreHttp.Read(text)?["data"]?["data"] is JsonObject values => new SecretDocument((JsonObject)values.DeepClone()),
            200 => throw new SecretStoreException(
                $"Vault's answer for '{secret.Path}' is not that of a KV engine of version 2; is '{options.Mount}' one (Mount)?", isPassing: false),
            403 => throw new SecretStoreException($"Vault refuses to give '{secret.Path}': the policy of PAO's login must let it read {path}.", isPassing: false),
            404 => throw new SecretStoreException($"Vault has nothing at '{secret.Path}' of '{options.Mount}'.", isPassing: false),
            _ => throw VaultSession.Failed($"reading '{secret.Path}'", status),
        };
    }
}
