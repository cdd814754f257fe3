using System.Text.Json.Nodes;

namespace Pao.Catalog;

/// <summary>How one can tell how an entry is doing.</summary>
/// <param name="Shown">The whole block, as the document has it.</param>
/// <param name="HealthCheck">What is asked at times; null when the document names nothing.</param>
public sealed record Monitoring(JsonObject Shown, HealthCheck? HealthCheck);

/// <summary>A URL that tells whether what is offered works: an answer of 2xx says so.</summary>
/// <param name="Interval">How often the author wants it to be asked.</param>
public sealed record HealthCheck(Uri Url, TimeSpan Interval)
{
    /// <summary>Where a document says nothing.</summary>
    public static TimeSpan DefaultInterval { get; } = TimeSpan.FromMinutes(1);
}
