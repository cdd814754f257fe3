namespace Pao.Sandbox.Faults;

internal static class FaultEndpoints
{
    public static void MapFaults(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/faults", (FaultRates rates, FaultPlan plan) =>
        {
            plan.Set(rates);
            return Results.NoContent();
        });
        routes.MapPost("/faults/planned", (PlannedFault fault, PlannedFaults plan) =>
        {
            plan.Add(fault);
            return Results.NoContent();
        });
    }
}
