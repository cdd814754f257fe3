using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Catalog;

namespace Pao.Api.Catalog;

/// <summary>Browsing the catalog, and what its authors need to know of it.</summary>
internal static class CatalogEndpoints
{
    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        var catalog = routes.MapGroup("/catalog").WithTags("Catalog").RequireAuthorization()
            .WithProblems(Problem.Unauthenticated, Problem.Unexpected);

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
        catalog.MapPost("/refresh", Refresh)
            .WithName("RefreshCatalog")
            .WithSummary("Load the catalog from its source again");
        catalog.MapGet("/validation-errors", Findings)
            .WithName("GetCatalogValidationErrors")
            .WithSummary("What the last load of the catalog rejected, and where");
    }

    private static Results<Ok<Page<CatalogItemSummary>>, ProblemResult> List(HttpRequest http, ServiceCatalog catalog)
    {
        var parameters = new ParameterReader(http);
        var (limit, after) = (parameters.Limit(), parameters.After<CatalogCursor>());
        var (category, owner) = (parameters.Text("category"), parameters.Text("owner"));
        var (tag, text) = (parameters.Text("tag"), parameters.Text("text"));
        var kind = parameters.Word("kind", CatalogKinds.Parse, CatalogKinds.Words);
        if (parameters.Refusal is { } refusal)
            return refusal;

        var found = catalog.Current.Entries
            .Where(item => kind is null || CatalogKinds.Of(item) == kind)
            .Where(item => category is null || item.Category.Equals(category, StringComparison.OrdinalIgnoreCase))
            .Where(item => owner is null || item.Owner.Team.Equals(owner, StringComparison.OrdinalIgnoreCase))
            .Where(item => tag is null || item.Tags.Contains(tag, StringComparer.OrdinalIgnoreCase))
            .Where(item => text is null || Mentions(item, text))
            .OrderBy(item => item.Id, StringComparer.Ordinal)
            .ToList();
        var page = Page<CatalogItemSummary>.Of(
            [.. found.Where(item => after is null || string.CompareOrdinal(item.Id, after.Id) > 0).Take(limit + 1)],
            limit, CatalogItemSummary.From, item => Cursor.Write(new CatalogCursor(item.Id)));
        return TypedResults.Ok(page with { Pagination = page.Pagination with { TotalCount = found.Count } });
    }

    private static bool Mentions(CatalogEntry item, string text) =>
        new[] { item.Id, item.Name, item.Description }.Concat(item.Tags)
            .Any(part => part.Contains(text, StringComparison.OrdinalIgnoreCase));

    private static Results<Ok<CatalogItemDetails>, ProblemResult> Get(string id, ServiceCatalog catalog) =>
        catalog.Current.Find(id) is { } item ? TypedResults.Ok(CatalogItemDetails.From(item)) : NotFound(id);

    private static Results<Ok<JsonObject>, ProblemResult> Schema(string id, ServiceCatalog catalog) =>
        catalog.Current.Find(id) is { } item ? TypedResults.Ok(item.Form.ToJsonSchema()) : NotFound(id);

    private static async Task<Ok<CatalogFindings>> Refresh(ServiceCatalog catalog, CancellationToken cancellationToken) =>
        TypedResults.Ok(CatalogFindings.From(await catalog.RefreshAsync(cancellationToken)));

    private static Ok<CatalogFindings> Findings(ServiceCatalog catalog) =>
        TypedResults.Ok(CatalogFindings.From(catalog.Current));

    private static ProblemResult NotFound(string id) =>
        new(Problem.ItemNotFound, $"The catalog has no item or bundle '{id}'; GET /api/v1/catalog lists those it has.");
}

internal sealed record CatalogCursor(string Id);
