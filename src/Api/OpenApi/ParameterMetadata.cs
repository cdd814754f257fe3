using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Pao.Api.OpenApi;

/// <summary>Describes a parameter that an endpoint reads by itself.</summary>
internal sealed record ParameterMetadata(
    string Name, string Description, ParameterLocation In = ParameterLocation.Query, OpenApiSchema? Schema = null, JsonNode? Example = null)
{
    public static readonly ParameterMetadata Limit = new(
        "limit", "How many at most.", Schema: new() { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "200", Default = 50 });

    public static readonly ParameterMetadata Cursor = new("cursor", "The next_cursor of the page before.");

    public static readonly ParameterMetadata InstanceId = new(
        "id",
        "The orchestration's id, percent-encoded. One with a slash, a backslash, a per cent sign or dots alone cannot be named in a path.",
        ParameterLocation.Path,
        new() { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 250 });

    public static readonly ParameterMetadata CorrelationId = new(
        Correlation.CorrelationId.Header,
        "Ties together what this call causes; a new one is made when none, or none of this form, is sent. The answer has it.",
        ParameterLocation.Header,
        new() { Type = JsonSchemaType.String, Pattern = "^[A-Za-z0-9._-]{1,128}$" });

    public static ParameterMetadata Header(string name, string description, string example) =>
        new(name, description, ParameterLocation.Header, Example: JsonValue.Create(example));

    public OpenApiParameter ToParameter() => new()
    {
        Name = Name,
        In = In,
        Description = Description,
        Schema = Schema ?? new OpenApiSchema { Type = JsonSchemaType.String },
        Example = Example,
    };
}

internal static class ParameterMetadataExtensions
{
    public static TBuilder WithParameters<TBuilder>(this TBuilder builder, params object[] parameters)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(parameters);
}
