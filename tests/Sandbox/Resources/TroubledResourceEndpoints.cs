using System.Collections.Concurrent;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.Resources;

/// <summary>Makes resources as systems in trouble do: after some failures, late, or without an answer.</summary>
internal static class TroubledResourceEndpoints
{
    public static void MapTroubledResources(this IEndpointRouteBuilder routes)
    {
        var failures = new ConcurrentDictionary<string, int>();
        routes.MapPost("/flaky/{times:int}/resources/{kind}",
            (int times, string kind, Call call, HttpRequest request, ResourceShelf shelf, Ledger ledger) =>
                failures.AddOrUpdate(call.Key ?? "", 1, (_, seen) => seen + 1) <= times
                    ? ledger.Note(call, Outcome.Refused, Answer.Error(503, "not yet")).ToResult()
                    : ledger.Perform(call, () => shelf.Create(request, kind, call.Json)).ToResult());

        routes.MapPost("/slow/{milliseconds:int}/resources/{kind}", CreateSlowly);
        routes.MapPost("/dropped/resources/{kind}", CreateAndDrop);
    }

    /// <summary>The effect is at once, only the answer is slow; a repeat is answered at once.</summary>
    private static async Task<IResult> CreateSlowly(
        int milliseconds, string kind, Call call, HttpRequest request, ResourceShelf shelf, Ledger ledger, TimeProvider clock)
    {
        var repeat = ledger.Knows(call);
        var answer = ledger.Perform(call, () => shelf.Create(request, kind, call.Json));
        if (!repeat)
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), clock, request.HttpContext.RequestAborted);
        return answer.ToResult();
    }

    /// <summary>The effect happens, then the connection is cut; a repeat is answered.</summary>
    private static IResult CreateAndDrop(
        string kind, Call call, HttpRequest request, ResourceShelf shelf, Ledger ledger)
    {
        var repeat = ledger.Knows(call);
        var answer = ledger.Perform(call, () => shelf.Create(request, kind, call.Json));
        if (!repeat)
            request.HttpContext.Abort();
        return answer.ToResult();
    }
}
