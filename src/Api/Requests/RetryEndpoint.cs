using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.Auditing;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Orchestrator.Deciding;

namespace Pao.Api.Requests;

internal static class RetryEndpoint
{
    public static void MapRetry(this IEndpointRouteBuilder requests) => requests.MapPost("/{id}/retry", Retry)
        .WithName("RetryRequest")
        .WithSummary("Try again what failed; what was done before stays done")
        .WithDescription(
            "With fields, they are corrected first: what depends on them is done anew under new idempotency keys, and with dry_run the answer says "
            + "what that is. With outcome, a person says what became of an action of which nobody knew (action.outcome_unknown). "
            + "Sent again with the same effect while that lasts. The body is optional.")
        .Accepts<RetryBody>(isOptional: true, "application/json")
        .Produces<RetryPreview>(StatusCodes.Status200OK)
        .WithParameters(new ParameterMetadata("dry_run", "With true nothing is done: the answer is 200 and says what would be."))
        .WithMetadata(
            ExampleMetadata.OfRequest("""{"reason": "The name was taken.", "fields": {"name": "shop-2"}}"""),
            ExampleMetadata.OfAnswer(StatusCodes.Status200OK, """
                {
                  "changed_fields": ["name"],
                  "redone": [
                    {"action": "create", "type": "rest-api", "status": "completed", "external_reference": "https://db.example.com/shop", "cancelled": false}
                  ],
                  "kept": [{"action": "announce", "type": "webhook", "status": "completed", "cancelled": false}],
                  "goes_on_with": ["create-record"]
                }
                """))
        .WithProblems(
            Problem.BodyMalformed, Problem.ParameterInvalid, Problem.Forbidden, Problem.RequestNotFound, Problem.RequestStateConflict,
            Problem.BodyTooLarge, Problem.BodyNotJson, Problem.BodyInvalid);

    private static async Task<Results<Accepted<RequestStatusBody>, Ok<RetryPreview>, ProblemResult>> Retry(
        string id, HttpRequest http, ClaimsPrincipal user, DecisionTaking taking, CancellationToken cancellationToken)
    {
        var (parameters, caller) = (new ParameterReader(http), Caller.Of(user));
        var (requestId, dryRun) = (parameters.Id(id), parameters.Flag("dry_run"));
        if (parameters.Refusal is { } bad)
            return bad;

        var (body, refusal) = await RetryBody.ReadAsync(http, cancellationToken);
        if (refusal is not null)
            return refusal;

        var outcome = await taking.RetryAsync(requestId, caller, CallOrigin.Of(http.HttpContext), body, dryRun, cancellationToken);
        if (outcome is DecisionOutcome.Previewed previewed)
            return TypedResults.Ok(previewed.Preview);

        var answer = await DecisionEndpoints.AnswerAsync(outcome, requestId, caller, taking, cancellationToken);
        return answer.Result is Accepted<RequestStatusBody> accepted ? accepted : (ProblemResult)answer.Result;
    }
}
