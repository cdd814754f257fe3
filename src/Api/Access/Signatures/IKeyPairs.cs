namespace Pao.Api.Access.Signatures;

/// <summary>The access keys that are good now.</summary>
internal interface IKeyPairs
{
    /// <summary>Null when nobody has the key, or it is disabled.</summary>
    Task<KeyPair?> FindAsync(string keyId, CancellationToken cancellationToken);
}
