using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pao.Api.Catalog.Probing;

/// <summary>What is known of the health of what an entry offers.</summary>
[JsonConverter(typeof(HealthStateConverter))]
internal enum HealthState
{
    /// <summary>The document names no health check.</summary>
    None,

    /// <summary>It was not probed yet.</summary>
    Unknown,

    Healthy,

    Unhealthy,

    /// <summary>This service may not call the URL, and so knows nothing.</summary>
    Refused,
}

internal sealed class HealthStateConverter()
    : JsonStringEnumConverter<HealthState>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
