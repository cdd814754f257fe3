using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.Problems;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests;

/// <summary>What a person decides about a request that has failed.</summary>
internal static class DecisionEndpoints
{
    public static void MapDecisions(this IEndpointRouteBuilder requests)
    {
        requests.MapPost("/{id}/retry", Retry)
            .WithName("RetryRequest")
            .WithSummary("Try the failed action again; what was done before stays done")
            .WithDecision();
        requests.MapPost("/{id}/abort", Abort)
            .WithName("AbortRequest")
            .WithSummary("Give the request up for good")
            .WithDecision();
    }

    private static void WithDecision(this RouteHandlerBuilder endpoint) => endpoint
        .WithDescription("Sent again with the same effect while that lasts. The body is optional.")
        .Accepts<ReasonBody>(isOptional: true, "application/json")
        .WithProblems(
            Problem.BodyMalformed, Problem.ParameterInvalid, Problem.RequestNotFound, Problem.RequestStateConflict,
            Problem.BodyTooLarge, Problem.BodyNotJson, Problem.BodyInvalid);

    private static Task<Results<Accepted<RequestStatusBody>, ProblemResult>> Retry(
        string id, HttpRequest http, ClaimsPrincipal user, DecisionTaking taking, CancellationToken cancellationToken) =>
        Decide(id, DecisionKind.Retry, http, Caller.Of(user), taking, cancellationToken);

    private static Task<Results<Accepted<RequestStatusBody>, ProblemResult>> Abort(
        string id, HttpRequest http, ClaimsPrincipal user, DecisionTaking taking, CancellationToken cancellationToken) =>
        Decide(id, DecisionKind.Abort, http, Caller.Of(user), taking, cancellationToken);

    private static async Task<Results<Accepted<RequestStatusBody>, ProblemResult>> Decide(
        string id, DecisionKind kind, HttpRequest http, Caller caller, DecisionTaking taking, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var requestId = parameters.Id(id);
        if (parameters.Refusal is { } badId)
            return badId;

        var (reason, refusal) = await ReasonBody.ReadAsync(http, cancellationToken);
        if (refusal is not null)
            return refusal;

        return await taking.DecideAsync(requestId, caller, kind, reason, cancellationToken) switch
        {
            DecisionOutcome.NoSuchRequest => RequestEndpoints.NotFound(requestId),
            DecisionOutcome.NotWaiting waiting => new ProblemResult(
                Problem.RequestStateConflict, $"The request is {waiting.Status.ToText()}; only one that is failed waits for a decision."),
            _ => await taking.FindAsync(requestId, caller, cancellationToken) is { } request
                ? TypedResults.Accepted(RequestLinks.To(requestId).Status, RequestStatusBody.From(request))
                : RequestEndpoints.NotFound(requestId),
        };
    }
}
