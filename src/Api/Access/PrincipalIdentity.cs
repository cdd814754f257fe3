using System.Security.Claims;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access;

/// <summary>The principal whose call was let in.</summary>
internal sealed class PrincipalIdentity(Principal principal, string scheme)
    : ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, principal.Id)], scheme)
{
    public Principal Principal { get; } = principal;

    /// <summary>The key pair that the call was signed with; null when it came in another way.</summary>
    public string? KeyId { get; init; }

    /// <summary>The ARN that made the caller this principal; null when it came in another way.</summary>
    public string? Arn { get; init; }
}
