using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.Auditing;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests;

/// <summary>What a person decides about a request.</summary>
internal static class DecisionEndpoints
{
    public static void MapDecisions(this IEndpointRouteBuilder requests)
    {
        requests.MapRetry();
        requests.MapPost("/{id}/abort", Abort)
            .WithName("AbortRequest")
            .WithSummary("Give a failed or escalated request up for good")
            .WithDecision("What still goes on outside is cancelled where that can be; what cannot is in the log.");
        requests.MapPost("/{id}/escalate", Escalate)
            .WithName("EscalateRequest")
            .WithSummary("Ask others for help with a failed request")
            .WithDecision("Makes the ticket that an operator has configured, once, and keeps where it is. The request can be retried or aborted as before.")
            .WithProblems(Problem.EscalationUnavailable);
        requests.MapPost("/{id}/cancel", Cancel)
            .WithName("CancelRequest")
            .WithSummary("Take a request back while nothing was done for it")
            .WithDecision("An action whose call was begun, done or not, is too late.");
    }

    /// <summary>What decisions have in common.</summary>
    internal static RouteHandlerBuilder WithDecision(this RouteHandlerBuilder endpoint, string description) => endpoint
        .WithDescription($"{description} Sent again with the same effect while that lasts. The body is optional.")
        .Accepts<ReasonBody>(isOptional: true, "application/json")
        .WithMetadata(ExampleMetadata.OfRequest("""{"reason": "The quota was raised."}"""))
        .WithProblems(
            Problem.BodyMalformed, Problem.ParameterInvalid, Problem.Forbidden, Problem.RequestNotFound, Problem.RequestStateConflict,
            Problem.BodyTooLarge, Problem.BodyNotJson, Problem.BodyInvalid);

    internal static ProblemResult NotAllowed => new(
        Problem.Forbidden,
        "Who submitted a request cancels and escalates it; platform authors of the team that owns the item retry, abort and escalate it and "
        + "complete its actions; operators decide everything.");

    /// <summary>What is answered when a decision was taken, or why it was not.</summary>
    internal static async Task<Results<Accepted<RequestStatusBody>, ProblemResult>> AnswerAsync(
        DecisionOutcome outcome, Guid requestId, Caller caller, DecisionTaking taking, CancellationToken cancellationToken) => outcome switch
        {
            DecisionOutcome.NoSuchRequest => RequestEndpoints.NotFound(requestId),
            DecisionOutcome.NotAllowed => NotAllowed,
            DecisionOutcome.NotWaiting waiting => new ProblemResult(
                Problem.RequestStateConflict, $"The request is {waiting.Status.ToText()}, where this cannot be decided."),
            DecisionOutcome.Irreversible done => new ProblemResult(
                Problem.RequestStateConflict, $"Too late: the action {done.Action} was begun, and what it did stays. The request can be aborted once it has failed."),
            DecisionOutcome.NobodyToAsk => new ProblemResult(
                Problem.EscalationUnavailable, "An operator configures whom to ask in Pao:Escalation:Config."),
            DecisionOutcome.Refused refused => SubmitRequest.Invalid(new(refused.Errors)),
            _ => await taking.FindAsync(requestId, caller, cancellationToken) is { } request
                ? TypedResults.Accepted(RequestLinks.To(requestId).Status, RequestStatusBody.From(request))
                : RequestEndpoints.NotFound(requestId),
        };

    private static Task<Results<Accepted<RequestStatusBody>, ProblemResult>> Abort(
        string id, HttpRequest http, ClaimsPrincipal user, DecisionTaking taking, CancellationToken cancellationToken) =>
        Decide(id, DecisionKind.Abort, http, Caller.Of(user), taking, cancellationToken);

    private static Task<Results<Accepted<RequestStatusBody>, ProblemResult>> Escalate(
        string id, HttpRequest http, ClaimsPrincipal user, DecisionTaking taking, CancellationToken cancellationToken) =>
        Decide(id, DecisionKind.Escalate, http, Caller.Of(user), taking, cancellationToken);

    private static Task<Results<Accepted<RequestStatusBody>, ProblemResult>> Cancel(
        string id, HttpRequest http, ClaimsPrincipal user, DecisionTaking taking, CancellationToken cancellationToken) =>
        Decide(id, DecisionKind.Cancel, http, Caller.Of(user), taking, cancellationToken);

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

        var outcome = await taking.DecideAsync(requestId, caller, CallOrigin.Of(http.HttpContext), kind, reason, cancellationToken);
        return await AnswerAsync(outcome, requestId, caller, taking, cancellationToken);
    }
}
