namespace Pao.Activities.Secrets;

/// <summary>The passwords that were submitted with a request, kept encrypted until it ends.</summary>
public interface IRequestSecrets
{
    /// <summary>All of a request's, in clear, by the id of their field; empty when it has ended.</summary>
    /// <exception cref="SecretUnreadableException">This process has not the key that they were encrypted with.</exception>
    Task<IReadOnlyDictionary<string, string>> RevealAsync(Guid requestId, CancellationToken cancellationToken);
}

/// <summary>A secret is there, and cannot be decrypted. The message says what to set, and nothing of the secret.</summary>
public sealed class SecretUnreadableException(string message) : Exception(message);
