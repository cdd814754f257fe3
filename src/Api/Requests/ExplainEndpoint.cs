using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Orchestrator.Explaining;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests;

internal static class ExplainEndpoint
{
    public static void MapExplain(this IEndpointRouteBuilder requests) => requests.MapGet("/{id}/explain", Explain)
        .WithName("ExplainRequest")
        .WithSummary("What a request waits for, who can move it, and what comes next")
        .WithDescription("Names each thing: the ticket or run, the timer and until when, the system that is away and since when, a person's decision, a worker.")
        .WithMetadata(ExampleMetadata.OfAnswer(StatusCodes.Status200OK, """
            {
              "id": "01a20bc2-db33-76ce-9b6e-fe743ef7c550",
              "status": "in_progress",
              "summary": "The request waits for ticket PAO-12.",
              "waits_for": [
                {
                  "kind": "effect",
                  "what": "ticket PAO-12",
                  "action": "ticket",
                  "link": "https://jira.example.com/browse/PAO-12",
                  "since": "2026-11-24T04:14:09.203566Z"
                }
              ],
              "who_can_move": ["Whoever works on ticket PAO-12 (https://jira.example.com/browse/PAO-12)."],
              "next": ["Then comes announce (webhook)."]
            }
            """))
        .WithProblems(Problem.ParameterInvalid, Problem.RequestNotFound);

    private static async Task<Results<Ok<ExplanationBody>, ProblemResult>> Explain(
        string id, HttpRequest http, ClaimsPrincipal user, RequestStore requests, Explanations explanations, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var requestId = parameters.Id(id);
        if (parameters.Refusal is { } refusal)
            return refusal;

        return await requests.FindAsync(requestId, Caller.Of(user).Sees, cancellationToken) is { } request
            ? TypedResults.Ok(ExplanationBody.From(request, await explanations.ExplainAsync(request, cancellationToken)))
            : RequestEndpoints.NotFound(requestId);
    }
}

/// <summary>Where a request stands, in words.</summary>
internal sealed record ExplanationBody(
    Guid Id, RequestStatus Status, string Summary, IReadOnlyList<AwaitedBody> WaitsFor, IReadOnlyList<string> WhoCanMove, IReadOnlyList<string> Next)
{
    public static ExplanationBody From(Request request, Explanation explanation) => new(
        request.Id, request.Status, explanation.Summary, [.. explanation.WaitsFor.Select(AwaitedBody.From)], explanation.WhoCanMove,
        explanation.Next);
}

/// <summary>One thing that a request waits for.</summary>
/// <param name="Kind">decision, effect, system, worker, timer or service.</param>
/// <param name="What">Its name.</param>
/// <param name="Action">The action that waits.</param>
/// <param name="Link">Where a person finds it.</param>
/// <param name="Since">Since when.</param>
/// <param name="Until">Until when at most, or when something happens by itself.</param>
internal sealed record AwaitedBody(string Kind, string What, string? Action, string? Link, DateTimeOffset? Since, DateTimeOffset? Until)
{
    public static AwaitedBody From(Awaited awaited) => new(
        JsonNamingPolicy.SnakeCaseLower.ConvertName(awaited.Kind.ToString()), awaited.What, awaited.Action, awaited.Link, awaited.Since, awaited.Until);
}
