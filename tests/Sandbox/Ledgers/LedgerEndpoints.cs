namespace Pao.Sandbox.Ledgers;

internal static class LedgerEndpoints
{
    public static void MapLedger(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/ledger", (Ledger ledger) => ledger.Read());
}
