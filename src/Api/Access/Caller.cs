using System.Security.Claims;
using Pao.Orchestrator.Access;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Access;

/// <summary>Who calls, and what that lets it see.</summary>
internal sealed record Caller(Principal Principal)
{
    public string UserId => Principal.Id;

    public Visibility Own => new(UserId);

    public Requester Requester => new(UserId, Principal.Name, Principal.Email, Principal.Teams);

    public static Caller Of(ClaimsPrincipal user) =>
        new((user.Identity as PrincipalIdentity)?.Principal
            ?? throw new InvalidOperationException("The call was let in without a principal."));

    public static ClaimsPrincipal Let(Principal principal, string scheme) => new(new PrincipalIdentity(principal, scheme));
}
