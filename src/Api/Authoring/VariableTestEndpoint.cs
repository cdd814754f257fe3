using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.Access.Signatures;
using Pao.Api.Catalog;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Catalog;
using Pao.Catalog.Authoring.Variables;

namespace Pao.Api.Authoring;

/// <summary>Shows authors what their templates come to. No secret is resolved, nothing is called and nothing is stored.</summary>
internal static class VariableTestEndpoint
{
    public static void MapVariableTest(this IEndpointRouteBuilder authoring) => authoring.MapPost("/test/variables", Test)
            .WithMetadata(new Repeatable())
        .WithName("TestVariables")
        .WithSummary("Render every template of a document with sample values")
        .WithDescription(
            "The body has the text of a document in 'document', or the id of an item or bundle of the catalog in 'catalog_item_id'. Values that "
            + "'fields', 'request', 'system', 'env', 'outputs' and 'components' do not give are the form's defaults, or invented; null means that "
            + "there is none. Each template is answered with what it comes to in its place, or why it can not be rendered, and with the values "
            + "that it reads and where they come from. Secrets stay references, the environment is not read, nothing is called.")
        .Accepts<VariableQuestion>("application/json")
        .WithProblems(Problem.BodyMalformed, Problem.BodyNotJson, Problem.BodyInvalid, Problem.ItemNotFound)
        .WithMetadata(AuthoringExamples.Variables, AuthoringExamples.VariablesAnswer);

    private static async Task<Results<Ok<VariableAnswer>, ProblemResult>> Test(
        HttpRequest request, ClaimsPrincipal user, ServiceCatalog catalog, VariableTest test, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, cancellationToken);
        if (body.Root is null)
            return body.Problem ?? throw new InvalidOperationException("A body was neither read nor refused.");
        if (VariableQuestion.Read(body.Root, out var question) is { } refusal)
            return refusal;

        var snapshot = catalog.Current;
        if (question.Document is { } document)
            return TypedResults.Ok(VariableAnswer.From(test.Test(Encoding.UTF8.GetBytes(document), question.Samples(), snapshot)));

        return snapshot.SeenBy(Caller.Of(user).Principal).Find(question.CatalogItemId ?? "") is { } entry
            ? TypedResults.Ok(VariableAnswer.From(test.Test(entry, catalog.TextOf(entry), question.Samples())))
            : new ProblemResult(
                Problem.ItemNotFound, $"The catalog has no item or bundle '{question.CatalogItemId}'; GET /api/v1/catalog lists those it has.");
    }
}
