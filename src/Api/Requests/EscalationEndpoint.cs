using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Orchestrator.Escalations;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests;

internal static class EscalationEndpoint
{
    public static void MapEscalation(this IEndpointRouteBuilder requests) => requests.MapGet("/{id}/escalation", Get)
        .WithName("GetEscalation")
        .WithSummary("The last ticket by which others were asked for help with a request")
        .WithMetadata(ExampleMetadata.OfAnswer(StatusCodes.Status200OK, """
            {
              "request_id": "01a20bc2-db33-76ce-9b6e-fe743ef7c550",
              "status": "completed",
              "escalated_by": "ada",
              "reason": "We do not own this quota.",
              "escalated_at": "2026-11-24T04:14:09.203566Z",
              "type": "jira-ticket",
              "attempts": 1,
              "outputs": {"key": "OPS-7", "url": "https://jira.example.com/browse/OPS-7"},
              "external_reference": "https://jira.example.com/browse/OPS-7"
            }
            """))
        .WithProblems(Problem.ParameterInvalid, Problem.RequestNotFound, Problem.EscalationNotFound);

    private static async Task<Results<Ok<EscalationBody>, ProblemResult>> Get(
        string id, HttpRequest http, ClaimsPrincipal user, RequestStore requests, EscalationStore escalations, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var requestId = parameters.Id(id);
        if (parameters.Refusal is { } refusal)
            return refusal;
        if (await requests.FindAsync(requestId, Caller.Of(user).Sees, cancellationToken) is null)
            return RequestEndpoints.NotFound(requestId);

        return await escalations.FindAsync(requestId, cancellationToken) is { } escalation
            ? TypedResults.Ok(EscalationBody.From(requestId, escalation))
            : new ProblemResult(Problem.EscalationNotFound, "POST …/escalate asks for help with a failed request.");
    }
}

/// <summary>A request for help.</summary>
/// <param name="RequestId">What it is about.</param>
/// <param name="Status">pending or in_progress, completed when the ticket is there, failed when it could not be made.</param>
/// <param name="EscalatedBy">Who asked.</param>
/// <param name="Reason">What was said with it.</param>
/// <param name="EscalatedAt">When.</param>
/// <param name="Type">Of the action that asks.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Outputs">The ticket's key and URL.</param>
/// <param name="Error">Why it could not be made.</param>
/// <param name="ExternalReference">Where it is found.</param>
internal sealed record EscalationBody(
    Guid RequestId,
    string Status,
    string EscalatedBy,
    string? Reason,
    DateTimeOffset EscalatedAt,
    string Type,
    int Attempts,
    JsonObject? Outputs,
    JsonObject? Error,
    string? ExternalReference)
{
    public static EscalationBody From(Guid requestId, Escalation escalation) => new(
        requestId, escalation.Status, escalation.By, escalation.Reason, escalation.At, escalation.Type, escalation.Attempts,
        escalation.Outputs, escalation.Error, escalation.ExternalReference);
}
