using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Api.Telemetry;

/// <summary>What the process tells others of itself; bound from <c>Pao:Telemetry</c>.</summary>
internal sealed class TelemetryOptions
{
    public const string Section = "Pao:Telemetry";

    /// <summary>The name under which traces show this service; <c>OTEL_SERVICE_NAME</c> goes before it.</summary>
    [Required]
    public string ServiceName { get; set; } = "pao";

    /// <summary>
    /// Whether <c>/api/v1/metrics</c> answers callers on this machine without a key. In the roles worker and hub, which know no
    /// keys, it is there only then.
    /// </summary>
    public bool OpenMetricsOnLoopback { get; set; }
}

[OptionsValidator]
internal sealed partial class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>;
