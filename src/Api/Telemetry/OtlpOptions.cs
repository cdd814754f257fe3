using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Api.Telemetry;

/// <summary>
/// Where traces go by the OpenTelemetry protocol; bound from <c>Pao:Telemetry:Otlp</c>. What is not set here is as the
/// standard's variables <c>OTEL_EXPORTER_OTLP_…</c> say.
/// </summary>
internal sealed class OtlpOptions
{
    public const string Section = "Pao:Telemetry:Otlp";

    private static readonly string[] Variables = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

    /// <summary>The collector, such as <c>http://127.0.0.1:4317</c>. Unset here and in the environment: nothing is traced.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>By default gRPC.</summary>
    [EnumDataType(typeof(OtlpProtocol), ErrorMessage = "Pao:Telemetry:Otlp:Protocol must be Grpc or HttpProtobuf.")]
    public OtlpProtocol? Protocol { get; set; }

    /// <summary>Headers of each call, <c>name=value</c>, by commas; they may hold a secret.</summary>
    public string? Headers { get; set; }

    /// <summary>The share of the traces that begin here which is recorded; of others their beginner has decided.</summary>
    [Range(0.0, 1.0)]
    public double SampleRatio { get; set; } = 1;

    /// <summary>How long spans are gathered before they are sent; what a crash loses at most.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the metrics are sent there, too, for processes that nobody scrapes.</summary>
    public bool Metrics { get; set; }

    /// <summary>Whether the configuration names a collector at all.</summary>
    public static bool IsConfigured(IConfiguration configuration) =>
        configuration[$"{Section}:{nameof(Endpoint)}"] is { Length: > 0 } || Variables.Any(name => configuration[name] is { Length: > 0 });
}

internal enum OtlpProtocol
{
    Grpc,
    HttpProtobuf,
}

[OptionsValidator]
internal sealed partial class OtlpOptionsValidator : IValidateOptions<OtlpOptions>;
