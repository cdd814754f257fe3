using System.Collections.Concurrent;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.Resources;

/// <summary>Makes resources as systems do that know no idempotency key: another one with each call. They can be looked for by name.</summary>
internal static class KeylessResourceEndpoints
{
    public static void MapKeylessResources(this IEndpointRouteBuilder routes)
    {
        var dropped = new ConcurrentDictionary<string, bool>();
        routes.MapPost("/keyless/resources/{kind}", Create);
        routes.MapGet("/keyless/resources/{kind}/{name}", Find);

        // The effect happens, then the connection is cut: once for each name.
        routes.MapPost("/keyless-dropped/resources/{kind}", (string kind, Call call, HttpRequest request, ResourceShelf shelf, Ledger ledger) =>
        {
            var answer = Create(kind, call, request, shelf, ledger);
            if (dropped.TryAdd($"{kind}/{call.Json?["name"]}", true))
                request.HttpContext.Abort();
            return answer;
        });
    }

    private static IResult Create(string kind, Call call, HttpRequest request, ResourceShelf shelf, Ledger ledger)
    {
        var answer = shelf.Create(request, kind, call.Json);
        return ledger.Note(call, answer.Status == 201 ? Outcome.Effect : Outcome.Refused, answer).ToResult();
    }

    private static IResult Find(string kind, string name, Call call, ResourceShelf shelf, Ledger ledger) =>
        ledger.Note(call, Outcome.Read, shelf.FindByName(kind, name)).ToResult();
}
