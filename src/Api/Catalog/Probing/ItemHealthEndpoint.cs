using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Pao.Api.Access;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Catalog;

namespace Pao.Api.Catalog.Probing;

/// <summary>How an item is doing. Not among the answers that are kept: it changes without the catalog.</summary>
internal static class ItemHealthEndpoint
{
    private const string Example = """
        {
          "catalog_item_id": "observability-alert-rule",
          "status": "unhealthy",
          "since": "2026-11-24T04:14:09.203566Z",
          "last_checked_at": "2026-11-24T04:16:09.31Z",
          "latency_ms": 12.4,
          "reason": "It answered 503.",
          "url": "https://alerts.example.com/healthz",
          "interval_seconds": 60
        }
        """;

    /// <summary>Adds what probes the health checks of the catalog.</summary>
    public static IServiceCollection AddCatalogHealthChecks(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ProbingOptions, ProbingOptionsValidator>().BindConfiguration(ProbingOptions.Section);
        services.AddHttpClient(HealthProbe.ClientName);
        services.AddSingleton<HealthProbe>();
        services.AddSingleton<ProbeSchedule>();
        return services.AddHostedService<HealthProber>();
    }

    public static void MapItemHealth(this IEndpointRouteBuilder catalog) => catalog.MapGet("/items/{id}/health", Get)
        .WithName("GetCatalogItemHealth")
        .WithSummary("How what an item or a bundle offers is doing, as its health check was last answered")
        .WithDescription(
            "The URL of the document's monitoring.healthCheck is probed at its interval; 2xx is healthy. status is none where the document names "
            + "nothing, unknown before the first probe, healthy, unhealthy, or refused where this service may not call the URL. Each process probes by itself.")
        .WithProblems(Problem.ItemNotFound)
        .WithMetadata(ExampleMetadata.OfAnswer(StatusCodes.Status200OK, Example));

    private static Results<Ok<ItemHealth>, ProblemResult> Get(
        string id, HttpResponse response, ClaimsPrincipal user, ServiceCatalog catalog, ProbeSchedule schedule, IOptions<ProbingOptions> options)
    {
        if (catalog.Current.SeenBy(Caller.Of(user).Principal).Find(id) is not { } entry)
            return CatalogEndpoints.NotFound(id);

        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(ItemHealth.From(entry, schedule, options));
    }
}
