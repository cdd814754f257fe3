using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Catalog;
using Pao.Orchestrator.Storage;
using Pao.TaskHub;

namespace Pao.Api.Health;

/// <summary>What probes ask, without a key: they tell no more than whether the parts work.</summary>
internal static class HealthEndpoints
{
    private static readonly Version Build = Assembly.GetExecutingAssembly().GetName().Version ?? new Version();

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("").WithTags("Health");
        health.MapGet("/health", Live).WithName("GetHealth").WithSummary("Whether the process lives, with its parts");
        health.MapGet("/health/ready", Ready).WithName("GetReadiness").WithSummary("Whether requests can be taken and fulfilled now")
            .Produces<HealthBody>()
            .Produces<HealthBody>(StatusCodes.Status503ServiceUnavailable);
        health.MapGet("/version", Version).WithName("GetVersion").WithSummary("Which build this is");
    }

    /// <summary>Always 200: the process answers. A part that is down is no reason to restart it.</summary>
    private static async Task<Ok<HealthBody>> Live(
        Database database, TaskHubHealth hub, FolderCatalog catalog, CancellationToken cancellationToken) =>
        TypedResults.Ok(await LookAsync(database, hub, catalog, cancellationToken));

    private static async Task<JsonHttpResult<HealthBody>> Ready(
        Database database, TaskHubHealth hub, FolderCatalog catalog, CancellationToken cancellationToken)
    {
        var health = await LookAsync(database, hub, catalog, cancellationToken);
        return TypedResults.Json(
            health, statusCode: health.Status == HealthBody.Up ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static Ok<VersionBody> Version() =>
        TypedResults.Ok(new VersionBody("pao", Build.ToString(3), RuntimeInformation.FrameworkDescription));

    private static async Task<HealthBody> LookAsync(
        Database database, TaskHubHealth hub, FolderCatalog catalog, CancellationToken cancellationToken) =>
        HealthBody.Of(
            database: await database.IsReachableAsync(cancellationToken),
            taskHub: hub.IsReady,
            catalog: catalog.Current.LoadedAt > DateTimeOffset.MinValue);
}

/// <summary>Whether the service works, whole and by part: <c>up</c> or <c>down</c>.</summary>
internal sealed record HealthBody(string Status, HealthParts Parts)
{
    public const string Up = "up";
    private const string Down = "down";

    public static HealthBody Of(bool database, bool taskHub, bool catalog) =>
        new(Text(database && taskHub && catalog), new HealthParts(Text(database), Text(taskHub), Text(catalog)));

    private static string Text(bool up) => up ? Up : Down;
}

internal sealed record HealthParts(string Database, string TaskHub, string Catalog);

internal sealed record VersionBody(string Name, string Version, string Runtime);
