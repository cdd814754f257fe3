using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.Resources;

/// <summary>Makes resources as asynchronous APIs do: the answer is a job, which is done when it was asked for a second time.</summary>
internal static class JobEndpoints
{
    private const int LooksUntilDone = 2;

    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var looks = new ConcurrentDictionary<string, int>();
        routes.MapPost("/jobs/{kind}", (string kind, Call call, HttpRequest request, ResourceShelf shelf, Ledger ledger) =>
        {
            var made = ledger.Perform(call, () => shelf.Create(request, kind, call.Json));
            if (made.Status != StatusCodes.Status201Created)
                return made.ToResult();

            request.HttpContext.Response.Headers.Location = $"/jobs/{kind}/{made.Body["id"]}";
            return new Answer(StatusCodes.Status202Accepted, new JsonObject { ["id"] = made.Body["id"]?.DeepClone(), ["state"] = "running" }).ToResult();
        });
        routes.MapGet("/jobs/{kind}/{id}", (string kind, string id, Call call, ResourceShelf shelf, Ledger ledger) =>
        {
            var found = shelf.Find(kind, id);
            var state = looks.AddOrUpdate(id, 1, (_, seen) => seen + 1) >= LooksUntilDone ? "done" : "running";
            var answer = found.Status == StatusCodes.Status200OK
                ? found with { Body = new JsonObject { ["state"] = state, ["result"] = found.Body.DeepClone() } }
                : found;
            return ledger.Note(call, Outcome.Read, answer).ToResult();
        });
    }
}
