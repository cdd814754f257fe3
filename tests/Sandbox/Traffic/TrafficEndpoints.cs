namespace Pao.Sandbox.Traffic;

internal static class TrafficEndpoints
{
    public static void MapTraffic(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/traffic", (TrafficLog log, string below) => log.Below(below));

    /// <summary>Keeps the calls below a path. It stands within the planned faults: what they do to an answer is not kept.</summary>
    public static void UseTrafficLog(this IApplicationBuilder app, string below) => app.UseWhen(
        context => context.Request.Path.StartsWithSegments(below),
        branch => branch.Use((context, next) => context.RequestServices.GetRequiredService<TrafficLog>().KeepAsync(context, next)));
}
