namespace Pao.Activities.Secrets;

/// <summary>The passwords that were submitted with a request, and what its actions found to be secret, kept encrypted until it ends.</summary>
public interface IRequestSecrets
{
    /// <summary>All of a request's, in clear, by the id of their field; empty when it has ended.</summary>
    /// <exception cref="SecretUnreadableException">This process has not the key that they were encrypted with.</exception>
    Task<IReadOnlyDictionary<string, string>> RevealAsync(Guid requestId, CancellationToken cancellationToken);

    /// <summary>Keeps another, in place of what was kept under its name.</summary>
    /// <param name="requestId">Whose it is.</param>
    /// <param name="name">Beside the ids of fields: <see cref="Pao.Catalog.FieldSecrets.OutputField"/>.</param>
    /// <param name="value">In clear.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task KeepAsync(Guid requestId, string name, string value, CancellationToken cancellationToken);
}

/// <summary>A secret is there, and cannot be decrypted. The message says what to set, and nothing of the secret.</summary>
public sealed class SecretUnreadableException(string message) : Exception(message);
