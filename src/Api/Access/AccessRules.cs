using Microsoft.AspNetCore.Authorization;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access;

/// <summary>What an endpoint asks of its caller; every endpoint names one rule, or says why it is open.</summary>
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

    /// <summary>Whom each rule lets in, beside administrators.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<Role>> RolesOf { get; } = new Dictionary<string, IReadOnlyList<Role>>
    {
        [Developer] = [Role.Developer],
        [Author] = [Role.Author],
        [Operator] = [Role.Operator],
        [Admin] = [Role.Admin],
        [AuthorOrOperator] = [Role.Author, Role.Operator],
    };

    public static void Add(AuthorizationOptions options)
    {
        foreach (var (name, roles) in RolesOf)
            options.AddPolicy(name, policy => policy.RequireAuthenticatedUser().RequireAssertion(
                context => context.User.Identity is PrincipalIdentity identity && roles.Any(identity.Principal.Is)));

        // A route that names no rule lets nobody in. What is no route at all is answered as such.
        options.FallbackPolicy = new AuthorizationPolicyBuilder()
            .RequireAssertion(context => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint)
            .Build();
    }

    /// <summary>Lets everybody in, and says why that is right.</summary>
    public static TBuilder OpenBecause<TBuilder>(this TBuilder builder, string reason)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new OpenEndpoint(reason));

    /// <summary>Lets in everybody who shows what the endpoint itself asks for, maybe in the header that shows credentials elsewhere.</summary>
    public static TBuilder OpenWithProof<TBuilder>(this TBuilder builder, string proof)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new OpenEndpoint(proof) { HasOwnProof = true });
}

/// <summary>Says that an endpoint asks nothing of its caller, and why.</summary>
internal sealed record OpenEndpoint(string Reason) : IAllowAnonymous
{
    /// <summary>Whether it looks by itself for something that its caller must know.</summary>
    public bool HasOwnProof { get; init; }
}
