using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Pao.Activities.Egress;
using Pao.Activities.Secrets;
using Pao.Api.Configuration;

namespace Pao.Api.Telemetry;

internal static class TelemetryExtensions
{
    private const string Traces = "traces";
    private const string Metrics = "metrics";

    /// <summary>Traces to a collector, where one is configured, and what <c>/api/v1/metrics</c> tells.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<TelemetryOptions, TelemetryOptionsValidator>().BindConfiguration(TelemetryOptions.Section);
        services.AddOptionsWithValidateOnStart<OtlpOptions, OtlpOptionsValidator>().BindConfiguration(OtlpOptions.Section);
        services.AddSingleton<ProcessMetrics>();
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource
            .AddDetector(provider => new ServiceResource(
                provider.GetRequiredService<IOptions<TelemetryOptions>>().Value.ServiceName, provider.GetPaoOptions().Role))
            .AddEnvironmentVariableDetector());
        telemetry.WithMetrics(metrics => metrics.AddMeters().AddPrometheusExporter());
        if (!OtlpOptions.IsConfigured(builder.Configuration))
            return;

        services.AddOtlp();
        telemetry.WithTracing(tracing => tracing
            .AddSource("Microsoft.AspNetCore", "System.Net.Http", "Pao.*")
            .SetSampler(provider => new RequestSampler(provider.GetRequiredService<IOptions<OtlpOptions>>().Value.SampleRatio))
            .AddProcessor(provider => new RedactedSpans(provider.GetRequiredService<Redactor>()))
            .AddOtlpExporter(Traces, configure: null));
        if (builder.Configuration.GetValue<bool>($"{OtlpOptions.Section}:{nameof(OtlpOptions.Metrics)}"))
            telemetry.WithMetrics(metrics => metrics.AddOtlpExporter(Metrics, configure: null));
    }

    /// <summary>The exporter's calls go through the guard, which lets them go to the collector that an operator named.</summary>
    private static void AddOtlp(this IServiceCollection services)
    {
        services.AddOptions<OtlpExporterOptions>(Traces).Configure<IOptions<OtlpOptions>, IHttpClientFactory>(
            (exporter, otlp, clients) => Apply(exporter, otlp.Value, clients, "v1/traces"));
        services.AddOptions<OtlpExporterOptions>(Metrics).Configure<IOptions<OtlpOptions>, IHttpClientFactory>(
            (exporter, otlp, clients) => Apply(exporter, otlp.Value, clients, "v1/metrics"));
        services.AddTransient<SynchronousCalls>();
        services.AddHttpClient(SynchronousCalls.ClientName)
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredService<EgressGuard>().CreateHandler(
                [.. Endpoints(provider.GetRequiredService<IOptionsMonitor<OtlpExporterOptions>>())]))
            .AddHttpMessageHandler<SynchronousCalls>();
    }

    private static IEnumerable<Uri> Endpoints(IOptionsMonitor<OtlpExporterOptions> exporters) =>
        [exporters.Get(Traces).Endpoint, exporters.Get(Metrics).Endpoint];

    private static void Apply(OtlpExporterOptions exporter, OtlpOptions otlp, IHttpClientFactory clients, string path)
    {
        if (otlp.Protocol is { } protocol)
            exporter.Protocol = protocol is OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        if (otlp.Headers is { } headers)
            exporter.Headers = headers;
        if (otlp.Endpoint is { } endpoint)
            exporter.Endpoint = exporter.Protocol is OtlpExportProtocol.HttpProtobuf
                ? new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{path}")
                : endpoint;
        exporter.HttpClientFactory = () =>
        {
            var client = clients.CreateClient(SynchronousCalls.ClientName);
            client.Timeout = TimeSpan.FromMilliseconds(exporter.TimeoutMilliseconds);
            return client;
        };
        exporter.BatchExportProcessorOptions.ScheduledDelayMilliseconds = (int)otlp.Interval.TotalMilliseconds;
    }

    /// <summary>The service by name and, as several processes are one service, by process and role.</summary>
    private sealed class ServiceResource(string name, Role role) : IResourceDetector
    {
        public Resource Detect() => ResourceBuilder.CreateEmpty()
            .AddService(name, serviceVersion: typeof(ServiceResource).Assembly.GetName().Version?.ToString(3))
            .AddAttributes([new("pao.role", role.ToString().ToLowerInvariant())])
            .Build();
    }
}
