using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Pao.Activities.Http;

/// <summary>What another system answered, read whole.</summary>
internal sealed record HttpAnswer(int Status, string? Reason, string Text, Uri? Location)
{
    /// <summary>The body as JSON when it is that; else as a text; null when there is none.</summary>
    public JsonNode? Body { get; } = StorableJson.Parse(Text);

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The answer's <c>Retry-After</c>.</summary>
    public RetryConditionHeaderValue? Pause { get; init; }

    /// <summary>The answer's headers, for what one system says in headers of its own; null where nobody sent it.</summary>
    public HttpResponseHeaders? Headers { get; init; }

    /// <summary>How long the other system asks to be left alone; null when it does not say.</summary>
    public TimeSpan? RetryAfter(DateTimeOffset now) => Pause?.Delta ?? (Pause?.Date - now);
}
