using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.Catalog.Caching;
using Pao.Api.Catalog.Loads;
using Pao.Api.Catalog.Probing;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Catalog;

namespace Pao.Api.Catalog;

/// <summary>Browsing the catalog.</summary>
internal static class CatalogEndpoints
{
    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        var catalog = routes.MapGroup("/catalog").WithTags("Catalog").RequireAuthorization(AccessRules.Developer)
            .WithProblems(Problem.Unauthenticated, Problem.RateExceeded, Problem.Unexpected);

        catalog.MapGet("", List)
            .WithName("ListCatalogItems")
            .WithSummary("Browse the catalog")
            .WithProblems(Problem.ParameterInvalid)
            .WithParameters(
                ParameterMetadata.Limit,
                ParameterMetadata.Cursor,
                new ParameterMetadata("kind", $"Only those of this kind: {string.Join(" or ", CatalogKinds.Words)}."),
                new ParameterMetadata("category", "Only those of this category."),
                new ParameterMetadata("owner", "Only those of this team."),
                new ParameterMetadata("tag", "Only those with this tag."),
                new ParameterMetadata("text", "Only those whose id, name, description or tags contain it."));
        catalog.MapGet("/items/{id}", Get)
            .WithName("GetCatalogItem")
            .WithSummary("One catalog item or bundle")
            .WithProblems(Problem.ItemNotFound);
        catalog.MapGet("/items/{id}/schema", Schema)
            .WithName("GetCatalogItemSchema")
            .WithSummary("The form of an item or a bundle, as JSON Schema 2020-12 with hints for its display")
            .WithProblems(Problem.ItemNotFound);
        catalog.MapItemHealth();
        catalog.MapLoads();
        catalog.MapAutomation();
    }

    private static Results<CatalogAnswer<Page<CatalogItemSummary>>, ProblemResult> List(
        HttpRequest http, ClaimsPrincipal user, ServiceCatalog catalog, CatalogAnswers answers)
    {
        var parameters = new ParameterReader(http);
        var query = CatalogQuery.Read(parameters);
        if (parameters.Refusal is { } refusal)
            return refusal;

        var snapshot = catalog.Current.SeenBy(Caller.Of(user).Principal);
        return answers.Of(snapshot, $"list {JsonSerializer.Serialize(query)}", () => query.Find(snapshot), isShared: query.Text is null);
    }

    private static Results<CatalogAnswer<CatalogItemDetails>, ProblemResult> Get(
        string id, ClaimsPrincipal user, ServiceCatalog catalog, CatalogAnswers answers)
    {
        var snapshot = catalog.Current.SeenBy(Caller.Of(user).Principal);
        return snapshot.Find(id) is { } entry ? answers.Of(snapshot, $"item {id}", () => CatalogItemDetails.From(entry, snapshot)) : NotFound(id);
    }

    // The limits of dates may say 'today'.
    private static Results<CatalogAnswer<JsonObject>, ProblemResult> Schema(
        string id, ClaimsPrincipal user, ServiceCatalog catalog, CatalogAnswers answers, TimeProvider time)
    {
        var snapshot = catalog.Current.SeenBy(Caller.Of(user).Principal);
        return snapshot.Find(id) is { } entry
            ? answers.Of(snapshot, $"schema {time.GetUtcNow():yyyy-MM-dd} {id}", entry.Form.ToJsonSchema)
            : NotFound(id);
    }

    internal static ProblemResult NotFound(string id) =>
        new(Problem.ItemNotFound, $"The catalog has no item or bundle '{id}'; GET /api/v1/catalog lists those it has.");
}
