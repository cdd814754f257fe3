using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Pao.Api.Auditing;
using Pao.Api.Problems;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access;

/// <summary>Answers who is known and may not with a problem; who is not known is asked who it is.</summary>
internal sealed class RefusalAnswers(RefusalNotes notes) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _otherwise = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Challenged)
            notes.LoginFailed(context);
        return authorizeResult.Forbidden
            ? new ProblemResult(Problem.Forbidden, WhoMay(context.GetEndpoint())).ExecuteAsync(context)
            : _otherwise.HandleAsync(next, context, policy, authorizeResult);
    }

    private static string WhoMay(Endpoint? endpoint)
    {
        var rules = endpoint?.Metadata.GetOrderedMetadata<IAuthorizeData>() ?? [];
        return rules is [.., { Policy: { } rule }] && AccessRules.RolesOf.TryGetValue(rule, out var roles)
            ? $"This needs the role {string.Join(" or ", roles.Append(Role.Admin).Distinct().Select(role => role.ToText()))}; an administrator gives roles."
            : "No rule lets anybody in here.";
    }
}
