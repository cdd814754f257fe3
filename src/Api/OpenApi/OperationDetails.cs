using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Pao.Api.Problems;

namespace Pao.Api.OpenApi;

/// <summary>Adds to an operation what its endpoint says in metadata: parameters, examples, the kinds of problem.</summary>
internal sealed class OperationDetails : IOpenApiOperationTransformer
{
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Parameters ??= [];
        foreach (var parameter in metadata.OfType<ParameterMetadata>().Append(ParameterMetadata.CorrelationId))
            Add(parameter.ToParameter(), operation.Parameters);
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>().Where(parameter => parameter.In is ParameterLocation.Path))
            Describe(parameter, operation);

        foreach (var example in metadata.OfType<ExampleMetadata>())
            AddExample(operation, example);
        foreach (var stream in metadata.OfType<StreamMetadata>())
            AddStream(operation, stream);
        foreach (var problems in ProblemsOf(metadata).GroupBy(problem => problem.Status))
            AddProblems(operation, problems.Key, [.. problems]);
        return Task.CompletedTask;
    }

    // A path's parameter is there already, without a description.
    private static void Add(OpenApiParameter parameter, IList<IOpenApiParameter> parameters)
    {
        if (parameters.FirstOrDefault(other => other.Name == parameter.Name && other.In == parameter.In) is { } bare)
            parameters.Remove(bare);
        parameter.Required = parameter.In is ParameterLocation.Path;
        parameters.Add(parameter);
    }

    private static void Describe(OpenApiParameter parameter, OpenApiOperation operation)
    {
        if (!string.IsNullOrEmpty(parameter.Description))
            return;

        var isRequest = operation.OperationId?.EndsWith("CatalogItem", StringComparison.Ordinal) is false
            && operation.OperationId?.EndsWith("CatalogItemSchema", StringComparison.Ordinal) is false;
        parameter.Description = isRequest ? "The request's id." : "The catalog item's id.";
        if (isRequest)
            parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" };
    }

    private static void AddExample(OpenApiOperation operation, ExampleMetadata example)
    {
        var content = example.Status is { } status ? Answer(operation, status)?.Content : operation.RequestBody?.Content;
        if (content is not null && content.TryGetValue(example.MediaType, out var media))
            media.Example = example.Body.DeepClone();
    }

    /// <summary>Whatever needs the store also passes the gate.</summary>
    private static IEnumerable<Problem> ProblemsOf(IList<object> metadata)
    {
        var problems = metadata.OfType<ProblemsMetadata>().SelectMany(problems => problems.Problems).Distinct().ToList();
        return problems.Contains(Problem.StoreUnavailable) ? problems.Append(Problem.Busy).Append(Problem.TookTooLong) : problems;
    }

    private static void AddStream(OpenApiOperation operation, StreamMetadata stream)
    {
        if (Answer(operation, StatusCodes.Status200OK) is { } answer)
        {
            answer.Content ??= new Dictionary<string, OpenApiMediaType>();
            answer.Content[stream.MediaType] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                Example = JsonValue.Create(stream.Example),
            };
        }
    }

    private static void AddProblems(OpenApiOperation operation, int status, IReadOnlyList<Problem> problems)
    {
        if (Answer(operation, status) is not { } answer)
            return;

        answer.Description = string.Join(" ", problems.Select(problem => $"{problem.Code}: {problem.Title}"));
        if (answer.Content is null || !answer.Content.TryGetValue("application/problem+json", out var content))
            return;

        content.Examples = problems.ToDictionary(problem => problem.Code, IOpenApiExample (problem) => new OpenApiExample
        {
            Summary = problem.Title,
            Value = Example(problem),
        });
        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            answer.Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["Retry-After"] = new OpenApiHeader
                {
                    Description = "Seconds after which another try makes sense.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
                },
            };
    }

    private static OpenApiResponse? Answer(OpenApiOperation operation, int status) =>
        operation.Responses?.GetValueOrDefault(status.ToString(CultureInfo.InvariantCulture)) as OpenApiResponse;

    private static JsonObject Example(Problem problem) => new()
    {
        ["type"] = problem.Type,
        ["title"] = problem.Title,
        ["status"] = problem.Status,
        ["code"] = problem.Code,
        ["correlation_id"] = "7d3c2a52-0f6e-4c1e-9a7e-1f8f6f0a2b11",
    };
}
