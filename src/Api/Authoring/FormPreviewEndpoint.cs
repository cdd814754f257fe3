using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.Access.Signatures;
using Pao.Api.Catalog;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Catalog;
using Pao.Catalog.Authoring;

namespace Pao.Api.Authoring;

/// <summary>Shows authors the form of a document, with some values filled in. Nothing is stored.</summary>
internal static class FormPreviewEndpoint
{
    public static void MapFormPreview(this IEndpointRouteBuilder authoring) => authoring.MapPost("/preview/form", Preview)
            .WithMetadata(new Repeatable())
        .WithName("PreviewForm")
        .WithSummary("Show the form of a document as developers would see it with some values")
        .WithDescription(
            "The body is the document as YAML, or a JSON object with its text in 'document', or the id of an item or bundle of the catalog in "
            + "'catalog_item_id', and 'fields' beside. A document with errors is answered with them, and without a form.")
        .Accepts<FormPreviewQuestion>("application/json", DocumentBody.YamlTypes)
        .WithProblems(Problem.BodyMalformed, Problem.BodyNotJson, Problem.BodyInvalid, Problem.ItemNotFound)
        .WithMetadata(AuthoringExamples.Preview, AuthoringExamples.DocumentAsYaml, AuthoringExamples.PreviewAnswer);

    private static async Task<Results<Ok<FormPreviewAnswer>, ProblemResult>> Preview(
        HttpRequest request, ClaimsPrincipal user, ServiceCatalog catalog, DocumentCheck check, CancellationToken cancellationToken)
    {
        var snapshot = catalog.Current;
        if (!request.HasJsonContentType())
        {
            var document = await DocumentBody.ReadAsync(request, file: null, cancellationToken);
            return document.Text is { } text
                ? TypedResults.Ok(FormPreviewAnswer.From(check.Check(text, snapshot), []))
                : document.Problem ?? throw new InvalidOperationException("A body was neither read nor refused.");
        }

        var body = await JsonBody.ReadAsync(request, cancellationToken);
        if (body.Root is null)
            return body.Problem ?? throw new InvalidOperationException("A body was neither read nor refused.");
        if (FormPreviewQuestion.Read(body.Root, out var question) is { } refusal)
            return refusal;

        if (question.Document is { } sent)
            return TypedResults.Ok(FormPreviewAnswer.From(check.Check(new SentDocument(Encoding.UTF8.GetBytes(sent)), snapshot), question.Fields));

        return snapshot.SeenBy(Caller.Of(user).Principal).Find(question.CatalogItemId ?? "") is { } entry
            ? TypedResults.Ok(FormPreviewAnswer.From(new CheckedDocument(entry, []), question.Fields))
            : new ProblemResult(
                Problem.ItemNotFound, $"The catalog has no item or bundle '{question.CatalogItemId}'; GET /api/v1/catalog lists those it has.");
    }
}
