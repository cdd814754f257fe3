namespace Pao.Api.Access.Signatures;

/// <summary>The first administrator's pair.</summary>
internal sealed class KeyPairs(CredentialsFile first) : IKeyPairs
{
    public Task<KeyPair?> FindAsync(string keyId, CancellationToken cancellationToken) =>
        Task.FromResult(keyId == first.Pair.Id ? first.Pair : null);
}
