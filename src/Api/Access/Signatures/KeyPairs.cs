using Pao.Orchestrator.Access;

namespace Pao.Api.Access.Signatures;

/// <summary>The first administrator's pair, and those that administrators have issued.</summary>
internal sealed class KeyPairs(FirstKey first, AccessKeys issued) : IKeyPairs
{
    public async Task<KeyPair?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        if (keyId == first.Pair.Id)
            return first.Pair;
        return await issued.FindAsync(keyId, cancellationToken) is { } key ? new KeyPair(key.Id, key.Secret, key.PrincipalId) : null;
    }
}
