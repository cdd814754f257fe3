using System.Text.Json.Nodes;

namespace Pao.Activities.Http;

/// <summary>What another system answered, read whole.</summary>
internal sealed record HttpAnswer(int Status, string? Reason, string Text, Uri? Location)
{
    /// <summary>The body as JSON when it is that; else as a text; null when there is none.</summary>
    public JsonNode? Body { get; } = StorableJson.Parse(Text);

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>How long the other system asked to be left alone, by <c>Retry-After</c>; null when it did not.</summary>
    public TimeSpan? Wait { get; init; }
}
