using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.Access.Signatures;
using Pao.Api.Catalog;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Catalog;
using Pao.Catalog.Authoring;

namespace Pao.Api.Authoring;

/// <summary>Tells what is wrong with a document before it is merged, and with a request before it is sent.</summary>
internal static class ValidationEndpoints
{
    private const string FileParameter = "file";

    public static void MapValidation(this IEndpointRouteBuilder authoring)
    {
        authoring.MapPost("/validate/catalog-item", CheckDocument)
            .WithMetadata(new Repeatable())
            .WithName("ValidateCatalogItem")
            .WithSummary("Judge a document, an item or a bundle, as the catalog would")
            .WithDescription(
                "The body is the document, as YAML or as JSON. A bundle is judged with the items that are in force. Whatever is wrong, also that "
                + "the body is no document at all, is a finding in an answer with status 200.")
            .Accepts<DocumentExample>("application/json", DocumentBody.YamlTypes)
            .WithProblems(Problem.ParameterInvalid, Problem.BodyNotJson)
            .WithParameters(new ParameterMetadata(
                FileParameter,
                "The path that the document has below the catalog's root; without it, nothing is said of file names, and the document is "
                + "taken for a new version of the one with its id.",
                Example: "compute/vm-linux.yaml"))
            .WithMetadata(AuthoringExamples.Document, AuthoringExamples.DocumentAsYaml, AuthoringExamples.DocumentAnswer);
        authoring.MapPost("/validate/request", CheckRequest)
            .WithMetadata(new Repeatable())
            .WithName("ValidateRequest")
            .WithSummary("Judge a request for an item or a bundle without submitting it")
            .WithDescription(
                "The body is what would be sent to POST /requests. Whatever is wrong, also that it is no JSON, is a finding in an answer with "
                + "status 200; findings about fields have the pointer of the field. Nothing is stored.")
            .Accepts<SubmitRequest>("application/json")
            .WithProblems(Problem.BodyNotJson)
            .WithMetadata(AuthoringExamples.Request, AuthoringExamples.RequestAnswer);
    }

    private static async Task<Results<Ok<ValidationAnswer>, ProblemResult>> CheckDocument(
        HttpRequest http, ServiceCatalog catalog, DocumentCheck check, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var file = parameters.Text(FileParameter);
        if (file is not null && !DocumentCheck.IsDocumentPath(file))
            parameters.Refuse(FileParameter, "Must be the path of a document below the catalog's root, such as compute/vm-linux.yaml.");
        if (parameters.Refusal is { } refusal)
            return refusal;

        var body = await DocumentBody.ReadAsync(http, file, cancellationToken);
        return body.Text is { } text
            ? TypedResults.Ok(ValidationAnswer.From(check.Check(text, catalog.Current).Findings))
            : body.Problem ?? throw new InvalidOperationException("A body was neither read nor refused.");
    }

    private static async Task<Results<Ok<ValidationAnswer>, ProblemResult>> CheckRequest(
        HttpRequest http, ClaimsPrincipal user, ServiceCatalog catalog, RequestCheck check, CancellationToken cancellationToken)
    {
        if (!http.HasJsonContentType())
            return new ProblemResult(Problem.BodyNotJson, "Send 'Content-Type: application/json'.");

        var (bytes, tooLarge) = await DocumentBody.ReadBytesAsync(http, cancellationToken);
        return bytes is { } utf8
            ? TypedResults.Ok(ValidationAnswer.From(check.Check(utf8.Span, catalog.Current.SeenBy(Caller.Of(user).Principal))))
            : tooLarge ?? throw new InvalidOperationException("A body was neither read nor refused.");
    }
}
