using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Activities.Resilience;
using Pao.Api.Access;
using Pao.Catalog;

namespace Pao.Api.Health;

/// <summary>What probes ask, without a key: they tell no more than whether the parts work.</summary>
internal static class HealthEndpoints
{
    private static readonly Version Build = Assembly.GetExecutingAssembly().GetName().Version ?? new Version();

    public static IServiceCollection AddHealth(this IServiceCollection services) => services.AddSingleton<ServiceHealth>();

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("").WithTags("Health").OpenBecause("Probes have no key; they are told no more than whether the parts work.");
        health.MapGet("/health", Live).WithName("GetHealth").WithSummary("Whether the process lives, with its parts");
        health.MapGet("/health/ready", Ready).WithName("GetReadiness").WithSummary("Whether requests can be taken and fulfilled now")
            .Produces<HealthBody>()
            .Produces<HealthBody>(StatusCodes.Status503ServiceUnavailable);
        health.MapGet("/version", Version).WithName("GetVersion").WithSummary("Which build this is");
    }

    /// <summary>
    /// Always 200: the process answers. A part that is down is no reason to restart it. Who shows the key is also told how the
    /// systems stand that are called.
    /// </summary>
    private static async Task<Ok<HealthBody>> Live(ServiceHealth health, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        TypedResults.Ok(await health.LookAsync(cancellationToken) with
        {
            Systems = user.Identity?.IsAuthenticated is true ? health.LookAtSystems() : null,
        });

    private static async Task<JsonHttpResult<HealthBody>> Ready(ServiceHealth service, CancellationToken cancellationToken)
    {
        var health = await service.LookAsync(cancellationToken);
        return TypedResults.Json(
            health, statusCode: health.Status == HealthBody.Up ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static Ok<VersionBody> Version() =>
        TypedResults.Ok(new VersionBody("pao", Build.ToString(3), RuntimeInformation.FrameworkDescription));
}

/// <summary>Whether the service works, whole and by part: <c>up</c> or <c>down</c>. A process names the parts that it uses.</summary>
/// <param name="CatalogOutage">What serves while the catalog's source cannot be read; nothing when it can.</param>
internal sealed record HealthBody(string Status, HealthParts Parts, CatalogOutage? CatalogOutage = null)
{
    public const string Up = "up";
    private const string Down = "down";

    /// <summary>Systems that are called, those in trouble first; only for who shows the key.</summary>
    public IReadOnlyList<SystemBody>? Systems { get; init; }

    /// <remarks>
    /// Without its cache the service works, only slower; without the catalog's source it works with the catalog that it has; while
    /// another system is away, what needs that waits.
    /// </remarks>
    public static HealthBody Of(bool? database, bool taskHub, CatalogSnapshot? catalog, bool? cache, bool? systems = null) => new(
        Text(database is not false && taskHub && catalog?.IsLoaded is not false) ?? Down,
        new HealthParts(
            Text(taskHub) ?? Down, Text(database), Text(catalog?.IsLoaded), Text(catalog is null ? null : catalog.Outage is null), Text(cache),
            Text(systems)),
        catalog is { Outage: { } outage }
            ? new CatalogOutage(outage.Since, catalog.IsLoaded ? catalog.LoadedAt : null, catalog.Revision)
            : null);

    private static string? Text(bool? up) => up switch { true => Up, false => Down, null => null };
}

internal sealed record HealthParts(
    string TaskHub, string? Database = null, string? Catalog = null, string? CatalogSource = null, string? Cache = null, string? Systems = null);

/// <summary>A system that is called: its breaker is <c>closed</c> (it is called), <c>half_open</c> (it is tested) or <c>open</c>.</summary>
internal sealed record SystemBody(string Name, string State, DateTimeOffset Since, string? LastError, int InFlight, int Parked)
{
    public static SystemBody Of(SystemStanding standing) => new(
        standing.System,
        standing.State switch { BreakerState.Closed => "closed", BreakerState.HalfOpen => "half_open", _ => "open" },
        standing.Since,
        standing.LastError,
        standing.InFlight,
        standing.Parked);
}

/// <param name="LoadedAt">When what is in force was loaded; nothing when nothing is.</param>
/// <param name="Revision">What the source calls it, such as a commit's SHA.</param>
internal sealed record CatalogOutage(DateTimeOffset Since, DateTimeOffset? LoadedAt, string? Revision);

internal sealed record VersionBody(string Name, string Version, string Runtime);
