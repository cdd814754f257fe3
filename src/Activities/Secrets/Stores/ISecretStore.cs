namespace Pao.Activities.Secrets.Stores;

/// <summary>Where secrets are kept.</summary>
internal interface ISecretStore
{
    /// <summary>Reads what is at a path, or asks for it.</summary>
    /// <exception cref="SecretStoreException">It is not there, or cannot be read now.</exception>
    Task<SecretDocument> ReadAsync(SecretReference secret, CancellationToken cancellationToken);
}

/// <summary>A store did not give a secret. The message names what was asked for, and nothing of any secret.</summary>
/// <param name="message">What failed, and what to do.</param>
/// <param name="isPassing">Whether it may work a moment later.</param>
/// <param name="inner">What caused it.</param>
internal sealed class SecretStoreException(string message, bool isPassing, Exception? inner = null) : Exception(message, inner)
{
    public bool IsPassing { get; } = isPassing;
}
