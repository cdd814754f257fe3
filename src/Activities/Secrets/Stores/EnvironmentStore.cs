namespace Pao.Activities.Secrets.Stores;

/// <summary>Environment variables that an operator lets be read: <c>secrets.env.DB_PASSWORD#value</c>.</summary>
internal sealed class EnvironmentStore(SecretStoreOptions options) : ISecretStore
{
    public Task<SecretDocument> ReadAsync(SecretReference secret, CancellationToken cancellationToken) =>
        options.Variables.Contains(secret.Path) && Environment.GetEnvironmentVariable(secret.Path) is { Length: > 0 } value
            ? Task.FromResult(SecretDocument.Parse(value))
            : throw new SecretStoreException(
                $"'{secret.Path}' is no variable that the store may read, or it is not set (Variables of the store).", isPassing: false);
}
