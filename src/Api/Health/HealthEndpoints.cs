using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.Hosting;
using Pao.Orchestrator.Access;

namespace Pao.Api.Health;

/// <summary>What probes ask, without a key: they tell no more than whether the parts work.</summary>
internal static class HealthEndpoints
{
    private static readonly Version Build = Assembly.GetExecutingAssembly().GetName().Version ?? new Version();

    public static IServiceCollection AddHealth(this IServiceCollection services) =>
        services.AddSingleton<PartStandings>().AddSingleton<ServiceHealth>().AddHostedService<HealthWatch>();

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("").WithTags("Health").WithMetadata(new OutsideCallGate())
            .OpenBecause("Probes have no key; they are told no more than whether the parts work.");
        health.MapGet("/health", Live).WithName("GetHealth").WithSummary("Whether the process lives, with its parts");
        health.MapGet("/health/ready", Ready).WithName("GetReadiness").WithSummary("Whether requests can be taken and fulfilled now")
            .Produces<HealthBody>()
            .Produces<HealthBody>(StatusCodes.Status503ServiceUnavailable);
        health.MapGet("/version", Version).WithName("GetVersion").WithSummary("Which build this is");
    }

    /// <summary>Who is told reasons, loops and the systems that are called.</summary>
    private static bool MaySeeDetails(ClaimsPrincipal user) => user.Identity is PrincipalIdentity identity && identity.Principal.Is(Role.Operator);

    /// <summary>Always 200: the process answers. A part that is down is no reason to restart it.</summary>
    private static async Task<Ok<HealthBody>> Live(ServiceHealth health, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        TypedResults.Ok(MaySeeDetails(user) ? await health.LookInsideAsync(cancellationToken) : await health.LookAsync(cancellationToken));

    private static async Task<JsonHttpResult<HealthBody>> Ready(ServiceHealth service, CancellationToken cancellationToken)
    {
        var health = await service.LookAsync(cancellationToken);
        return TypedResults.Json(
            health, statusCode: health.Status == HealthBody.Up ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static Ok<VersionBody> Version() =>
        TypedResults.Ok(new VersionBody("pao", Build.ToString(3), RuntimeInformation.FrameworkDescription));
}
