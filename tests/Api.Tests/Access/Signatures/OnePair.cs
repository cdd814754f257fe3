using Pao.Api.Access.Signatures;

namespace Pao.Api.Tests.Access.Signatures;

/// <summary>One key, and no other.</summary>
internal sealed class OnePair(KeyPair pair) : IKeyPairs
{
    public Task<KeyPair?> FindAsync(string keyId, CancellationToken cancellationToken) =>
        Task.FromResult(keyId == pair.Id ? pair : null);
}
