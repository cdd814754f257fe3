using Pao.Api.Access;
using Pao.Api.Limits;
using Pao.Api.Problems;
using Pao.Catalog.Authoring;
using Pao.Catalog.Authoring.Variables;

namespace Pao.Api.Authoring;

/// <summary>What authors of documents, and of programs that send requests, try before they do it. Nothing is stored.</summary>
internal static class AuthoringEndpoints
{
    public static IServiceCollection AddAuthoring(this IServiceCollection services) =>
        services.AddSingleton<DocumentCheck>().AddSingleton<RequestCheck>().AddSingleton<VariableTest>();

    public static void MapAuthoring(this IEndpointRouteBuilder routes)
    {
        var authoring = routes.MapGroup("").WithTags("Authoring").RequireAuthorization(AccessRules.Author).RequireRateLimiting(CallLimits.Validation)
            .WithProblems(Problem.Unauthenticated, Problem.RateExceeded, Problem.Forbidden, Problem.ValidationQuota, Problem.BodyTooLarge, Problem.Unexpected);
        authoring.MapValidation();
        authoring.MapFormPreview();
        authoring.MapVariableTest();
    }
}
