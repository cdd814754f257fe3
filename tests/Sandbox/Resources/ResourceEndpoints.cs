using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.Resources;

/// <summary>Makes any kind of resource, and shows it.</summary>
internal static class ResourceEndpoints
{
    public static void MapResources(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/resources/{kind}", Create);
        routes.MapGet("/resources/{kind}/{id}", Get);
    }

    private static IResult Create(string kind, Call call, HttpRequest request, ResourceShelf shelf, Ledger ledger) =>
        ledger.Perform(call, () => shelf.Create(request, kind, call.Json)).ToResult();

    private static IResult Get(string kind, string id, Call call, ResourceShelf shelf, Ledger ledger) =>
        ledger.Note(call, Outcome.Read, shelf.Find(kind, id)).ToResult();
}
