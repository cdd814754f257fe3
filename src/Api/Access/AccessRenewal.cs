using Microsoft.AspNetCore.Authorization;
using Pao.Api.Access.Signatures;
using Pao.Orchestrator.Access;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Access;

/// <summary>
/// Whether a call that lasts would be let in once more. A call that waits asks it every <see cref="Period"/> and before it
/// answers: who loses access loses what is open within a minute.
/// </summary>
internal sealed class AccessRenewal(
    Principals principals, IKeyPairs keys, RequestStore requests, IAuthorizationService authorization, IAuthorizationPolicyProvider policies)
{
    /// <summary>With the time that a change may go unnoticed (<see cref="Principals.Freshness"/>) well below a minute.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether the principal, the key or the identity that it showed, the rule of the endpoint, and the sight of the request that the path
    /// names are all as they must be now.
    /// </summary>
    public async Task<bool> IsStillAllowedAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.User.Identity is not PrincipalIdentity { AuthenticationType: { } scheme } identity
            || await principals.FindAsync(identity.Principal.Id, cancellationToken) is not { } principal
            || (identity.KeyId is { } key && await keys.FindAsync(key, cancellationToken) is null)
            || (identity.Arn is { } arn && (await principals.FindByIdentityAsync(arn, cancellationToken))?.Id != principal.Id))
            return false;

        var rules = context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>() ?? [];
        if (await AuthorizationPolicy.CombineAsync(policies, rules) is { } rule
            && !(await authorization.AuthorizeAsync(Caller.Let(principal, scheme), context, rule)).Succeeded)
            return false;

        return context.GetRouteValue("id") is not string text
            || !Guid.TryParseExact(text, "D", out var id)
            || await requests.IsSeenAsync(id, new Caller(principal).Sees, cancellationToken);
    }
}
