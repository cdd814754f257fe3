using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;
using Pao.Api.Access;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Catalog;

namespace Pao.Api.Catalog.Loads;

/// <summary>Loading the catalog from its source, and what its authors need to know of that.</summary>
internal static class LoadEndpoints
{
    /// <summary>A caller does not wait longer; the load goes on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    public static void MapLoads(this IEndpointRouteBuilder catalog)
    {
        catalog.MapPost("/refresh", Refresh)
            .RequireAuthorization(AccessRules.AuthorOrOperator)
            .WithProblems(Problem.Forbidden)
            .WithName("RefreshCatalog")
            .WithSummary("Load the catalog from its source again")
            .WithDescription(
                "Answers when it is loaded; who asks while a load runs shares the next one with all others. 202 when that takes longer than 25 s. "
                + "A source that cannot be read is no error of this call: what was loaded before stays in force, and source says so.")
            .WithMetadata(ExampleMetadata.OfAnswer(200, LoadExamples.Refreshed), ExampleMetadata.OfAnswer(202, LoadExamples.Running));
        catalog.MapGet("/validation-errors", Findings)
            .RequireAuthorization(AccessRules.AuthorOrOperator)
            .WithProblems(Problem.Forbidden)
            .WithName("GetCatalogValidationErrors")
            .WithSummary("What the last load of the catalog rejected, and where")
            .WithDescription("total counts what the filters leave; errors and warnings list them up to limit, in order of files and lines.")
            .WithProblems(Problem.ParameterInvalid)
            .WithParameters(
                new ParameterMetadata("file", "Only those of this file, or, with a slash at its end, below this folder."),
                new ParameterMetadata("severity", $"Only these: {string.Join(" or ", FindingQuery.Words)}."),
                new ParameterMetadata("limit", "How many of each at most.", Schema: new()
                {
                    Type = JsonSchemaType.Integer,
                    Minimum = "1",
                    Maximum = "1000",
                    Default = FindingQuery.MaxLimit,
                }))
            .WithMetadata(ExampleMetadata.OfAnswer(200, LoadExamples.Findings));
    }

    internal static async Task<Results<Ok<CatalogRefresh>, Accepted<CatalogState>>> Refresh(
        ServiceCatalog catalog, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return TypedResults.Ok(CatalogRefresh.From(await catalog.LoadAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken)));
        }
        catch (TimeoutException)
        {
            return TypedResults.Accepted("/api/v1/catalog/validation-errors", CatalogState.Of(catalog.Current));
        }
    }

    private static Results<Ok<CatalogFindings>, ProblemResult> Findings(HttpRequest http, ServiceCatalog catalog)
    {
        var parameters = new ParameterReader(http);
        var query = FindingQuery.Read(parameters);
        return parameters.Refusal is { } refusal ? refusal : TypedResults.Ok(CatalogFindings.From(catalog.Current, query));
    }
}
