
namespace Pao.Api.Problems;

internal static class ProblemExtensions
{
    private const string MediaType = "application/problem+json";

    public static IServiceCollection AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails();
        return services.AddExceptionHandler<ProblemExceptionHandler>();
    }

    /// <summary>Makes every error body a problem: exceptions, and status codes that the framework leaves without a body.</summary>
    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { SuppressDiagnosticsCallback = _ => true });
        app.UseStatusCodePages(context =>
            new ProblemResult(Problem.OfStatus(context.HttpContext.Response.StatusCode)).ExecuteAsync(context.HttpContext));
    }

    /// <summary>Names the problems an endpoint answers with, beside those that any can answer with.</summary>
    public static TBuilder WithProblems<TBuilder>(this TBuilder builder, params IEnumerable<Problem> problems)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var kinds in problems.GroupBy(problem => problem.Status))
            builder.WithMetadata(
                new ProducesResponseTypeMetadata(kinds.Key, typeof(ProblemBody), [MediaType]), new ProblemsMetadata([.. kinds]));
        return builder;
    }
}

/// <summary>The kinds of problem behind one status of an endpoint, for its description.</summary>
internal sealed record ProblemsMetadata(IReadOnlyList<Problem> Problems);
