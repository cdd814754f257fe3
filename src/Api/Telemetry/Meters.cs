using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Pao.Api.Telemetry;

/// <summary>What is measured of the process; every label has a bounded number of values.</summary>
internal static class Meters
{
    private const int MostSeriesOfRequests = 10_000;

    /// <summary>The limits of the service levels are among them, so that they can be told from the buckets.</summary>
    private static readonly double[] Calls = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 30, 60];

    private static readonly double[] Seconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private static readonly double[] Counts = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    /// <summary>Prometheus keeps the ending <c>_count</c> for histograms, and these tell nobody how the service does.</summary>
    private static readonly string[] LeftOut = ["dotnet.assembly.count", "dotnet.process.cpu.count", "dotnet.timer.count"];

    public static MeterProviderBuilder AddMeters(this MeterProviderBuilder metrics) => metrics
        .AddMeter("Pao.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
        .AddView(View);

    /// <returns>Null: as the instrument says itself.</returns>
    private static MetricStreamConfiguration? View(Instrument instrument) => instrument switch
    {
        { Name: "pao.requests" } => new MetricStreamConfiguration { CardinalityLimit = MostSeriesOfRequests },
        { Name: "http.server.request.duration" } => new ExplicitBucketHistogramConfiguration { Boundaries = Calls },
        Histogram<double> { Unit: "s", Advice: null } => new ExplicitBucketHistogramConfiguration { Boundaries = Seconds },
        Histogram<int> { Advice: null } => new ExplicitBucketHistogramConfiguration { Boundaries = Counts },
        _ when LeftOut.Contains(instrument.Name) => MetricStreamConfiguration.Drop,
        _ => null,
    };
}
