using Microsoft.Extensions.Options;
using Pao.Api.Configuration;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access.Signatures;

/// <summary>
/// The first administrator's key pair: the configured one, so that a fleet has it from a secret store, or else the one in
/// the data directory's file. It has no row, so that nobody can lock oneself out.
/// </summary>
internal sealed class FirstKey(IOptions<AccessOptions> access, IOptions<PaoOptions> pao)
{
    public KeyPair Pair { get; } = access.Value.FirstKey is { Id: { } id, Secret: { } secret }
        ? new KeyPair(id, secret, Principal.LocalAdmin.Id)
        : CredentialsFile.OpenOrCreate(pao.Value.DataDirectory);
}
