using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Api.Telemetry.Logs;

/// <summary>How log lines are written to the standard output; bound from <c>Pao:Logging</c>.</summary>
internal sealed class LoggingOptions
{
    public const string Section = "Pao:Logging";

    [EnumDataType(typeof(LogFormat), ErrorMessage = "Pao:Logging:Format must be text or json.")]
    public LogFormat Format { get; set; }

    /// <summary>Lines that wait to be written. While nobody reads the output further ones are dropped, and counted.</summary>
    [Range(10, 1_000_000)]
    public int QueueLength { get; set; } = 10_000;
}

internal enum LogFormat
{
    /// <summary>For people at a terminal.</summary>
    Text,

    /// <summary>One JSON object a line, for machines.</summary>
    Json,
}

[OptionsValidator]
internal sealed partial class LoggingOptionsValidator : IValidateOptions<LoggingOptions>;
