using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Catalog;
using Pao.Catalog.Authoring;

namespace Pao.Api.Authoring;

/// <summary>Shows authors the form of a document, with some values filled in. Nothing is stored.</summary>
internal static class FormPreviewEndpoint
{
    private static readonly string[] Unknown = ["Is not known; there are document, item and values."];
    private static readonly string[] Yaml = ["application/yaml", "application/x-yaml", "text/yaml"];

    public static IServiceCollection AddFormPreview(this IServiceCollection services) => services.AddSingleton<FormPreview>();

    public static void MapFormPreview(this IEndpointRouteBuilder routes) => routes.MapPost("/preview/form", Preview)
        .WithTags("Authoring")
        .RequireAuthorization()
        .WithName("PreviewForm")
        .WithSummary("Show the form of a document as developers would see it with some values")
        .WithDescription(
            "The body is the document as YAML, or a JSON object with its text in 'document', or the id of an item of the catalog in 'item', "
            + "and 'values' beside. A document with errors is answered with them, and without a form.")
        .Accepts<FormPreviewQuestion>("application/json", Yaml)
        .WithProblems(
            Problem.Unauthenticated, Problem.BodyMalformed, Problem.BodyTooLarge, Problem.BodyNotJson, Problem.BodyInvalid,
            Problem.ItemNotFound, Problem.Unexpected)
        .WithMetadata(ExampleMetadata.OfRequest("""{"item": "starter-hello-standard", "values": {"name": "Ada"}}"""));

    private static async Task<Results<Ok<FormPreviewAnswer>, ProblemResult>> Preview(
        HttpRequest request, ServiceCatalog catalog, FormPreview preview, CancellationToken cancellationToken)
    {
        if (request.GetTypedHeaders().ContentType is { } type && Yaml.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase))
            return await JsonBody.ReadBoundedAsync(request.Body, cancellationToken) is { } text
                ? Answer(preview, text.Span, [])
                : new ProblemResult(Problem.BodyTooLarge, $"It has more than the {JsonBody.MaxBytes} bytes that are taken.");

        var body = await JsonBody.ReadAsync(request, cancellationToken);
        if (body.Root is null)
            return body.Problem ?? throw new InvalidOperationException("A body was neither read nor refused.");
        if (Read(body.Root, out var errors) is not { } question)
            return new ProblemResult(Problem.BodyInvalid, "Each error names its place in the body.", errors);

        var values = question.Values ?? [];
        if (question.Document is { } document)
            return Answer(preview, Encoding.UTF8.GetBytes(document), values);

        return catalog.Current.Items.TryGetValue(question.Item ?? "", out var item)
            ? TypedResults.Ok(FormPreviewAnswer.From(item.Form, [], values))
            : new ProblemResult(Problem.ItemNotFound, $"The catalog has no item '{question.Item}'; GET /api/v1/catalog lists those it has.");
    }

    private static Ok<FormPreviewAnswer> Answer(FormPreview preview, ReadOnlySpan<byte> utf8, JsonObject values)
    {
        var (form, findings) = preview.Read(utf8);
        return TypedResults.Ok(FormPreviewAnswer.From(form, findings, values));
    }

    private static FormPreviewQuestion? Read(JsonObject body, out Dictionary<string, string[]> errors)
    {
        errors = body.Where(member => member.Key is not ("document" or "item" or "values")).ToDictionary(
            member => $"/{member.Key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}",
            _ => Unknown);
        var document = Text(body, "document", errors);
        var item = Text(body, "item", errors);
        if (body["values"] is not (null or JsonObject))
            errors["/values"] = ["Must be an object with the values of the form."];
        if (document is null == item is null && errors.Count == 0)
            errors["/document"] = ["Either this or item must be given, and not both."];

        return errors.Count == 0 ? new(document, item, body["values"] as JsonObject) : null;
    }

    private static string? Text(JsonObject body, string name, Dictionary<string, string[]> errors)
    {
        switch (body[name])
        {
            case null:
                return null;
            case JsonValue value when value.GetValueKind() is JsonValueKind.String:
                return value.GetValue<string>();
            default:
                errors[$"/{name}"] = ["Must be text."];
                return null;
        }
    }
}
