using Microsoft.AspNetCore.Authorization;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access;

/// <summary>What an endpoint asks of its caller; every endpoint names one rule, or says that it is open.</summary>
internal static class AccessRules
{
    /// <summary>Every principal.</summary>
    public const string Developer = "developer";

    /// <summary>Platform authors.</summary>
    public const string Author = "author";

    public const string Operator = "operator";

    public const string Admin = "admin";

    /// <summary>Platform authors and operators.</summary>
    public const string AuthorOrOperator = "author-or-operator";

    public static void Add(AuthorizationOptions options)
    {
        options.Add(Developer, Role.Developer);
        options.Add(Author, Role.Author);
        options.Add(Operator, Role.Operator);
        options.Add(Admin, Role.Admin);
        options.Add(AuthorOrOperator, Role.Author, Role.Operator);
    }

    private static void Add(this AuthorizationOptions options, string name, params Role[] roles) =>
        options.AddPolicy(name, policy => policy.RequireAuthenticatedUser().RequireAssertion(
            context => context.User.Identity is PrincipalIdentity identity && roles.Any(identity.Principal.Is)));
}
