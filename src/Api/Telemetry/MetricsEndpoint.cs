using System.Net;
using Microsoft.Extensions.Options;
using Pao.Api.Access;
using Pao.Api.Hosting;
using Pao.Api.Problems;

namespace Pao.Api.Telemetry;

/// <summary><c>GET /api/v1/metrics</c>: what this process measures, for Prometheus.</summary>
internal static class MetricsEndpoint
{
    private const string Path = "/metrics";

    public static void MapMetrics(this IEndpointRouteBuilder routes, ProcessRole role)
    {
        var isOpen = routes.ServiceProvider.GetRequiredService<IOptions<TelemetryOptions>>().Value.OpenMetricsOnLoopback;
        if (!role.TakesRequests && !isOpen)
            return; // there are no keys here that a caller could show

        var scrape = routes.MapPrometheusScrapingEndpoint(Path).WithMetadata(new OutsideCallGate());
        if (!isOpen)
            scrape.RequireAuthorization(AccessRules.Operator);
        else
            scrape.OpenBecause("The operator opened it to callers on this machine.").Add(endpoint => endpoint.RequestDelegate = OnlyHere(endpoint.RequestDelegate));
    }

    private static RequestDelegate OnlyHere(RequestDelegate? scrape) => context => IsHere(context) && scrape is not null
        ? scrape(context)
        : new ProblemResult(Problem.Forbidden, "The metrics are open to callers on the service's machine only.").ExecuteAsync(context);

    // A proxy on this machine speaks for callers elsewhere.
    private static bool IsHere(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded");
}
