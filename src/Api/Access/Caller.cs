using System.Security.Claims;
using Pao.Orchestrator.Access;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Access;

/// <summary>Who calls, and what that lets it see and do.</summary>
internal sealed record Caller(Principal Principal)
{
    public string UserId => Principal.Id;

    /// <summary>The requests that it sees.</summary>
    public Visibility Sees => Principal.Is(Role.Operator)
        ? Visibility.Everything
        : new Visibility(UserId)
        {
            Teams = Principal.Teams,
            OwnerTeams = Principal.Is(Role.Author) ? Principal.Teams : [],
        };

    /// <summary>Whether it may submit requests for the team.</summary>
    public bool MayActFor(string team) => Principal.Is(Role.Operator) || Principal.Teams.Contains(team);

    public Requester Requester => new(UserId, Principal.Name, Principal.Email, Principal.Teams);

    public static Caller Of(ClaimsPrincipal user) =>
        new((user.Identity as PrincipalIdentity)?.Principal
            ?? throw new InvalidOperationException("The call was let in without a principal."));

    public static ClaimsPrincipal Let(Principal principal, string scheme, string? keyId = null, string? arn = null) =>
        new(new PrincipalIdentity(principal, scheme) { KeyId = keyId, Arn = arn });
}
