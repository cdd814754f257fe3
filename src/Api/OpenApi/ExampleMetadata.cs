using System.Text.Json.Nodes;

namespace Pao.Api.OpenApi;

/// <summary>An example of what is sent, or of what comes back with a status.</summary>
internal sealed record ExampleMetadata(int? Status, JsonNode Body)
{
    public string MediaType { get; private init; } = "application/json";

    public static ExampleMetadata OfRequest(string json) => new(null, Parse(json));

    public static ExampleMetadata OfAnswer(int status, string json) => new(status, Parse(json));

    /// <summary>A body that is text, such as YAML.</summary>
    public static ExampleMetadata OfRequest(string text, string mediaType) => new(null, JsonValue.Create(text)) { MediaType = mediaType };

    private static JsonNode Parse(string json) =>
        JsonNode.Parse(json) ?? throw new ArgumentException("An example is a JSON value.", nameof(json));
}
