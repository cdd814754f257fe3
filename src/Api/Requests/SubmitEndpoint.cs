using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.Correlation;
using Pao.Api.Problems;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests;

internal static class SubmitEndpoint
{
    public static void MapSubmit(this IEndpointRouteBuilder requests) => requests.MapPost("", Submit)
        .WithName("SubmitRequest")
        .WithSummary("Submit a request for a catalog item")
        .WithDescription(
            "Answers once the request is durable. With an Idempotency-Key, the same body sent again answers with the same request.")
        .Accepts<SubmitRequest>("application/json")
        .Produces<SubmittedRequest>(StatusCodes.Status202Accepted)
        .WithProblems(
            Problem.BodyMalformed, Problem.ParameterInvalid, Problem.ItemNotFound, Problem.ItemUnavailable, Problem.BodyTooLarge,
            Problem.BodyNotJson, Problem.BodyInvalid, Problem.KeyReused);

    private static async Task<Results<Accepted<SubmittedRequest>, ProblemResult>> Submit(
        HttpContext context, ClaimsPrincipal user, Submitting submitting, RequestStore requests, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(user);
        if (IdempotencyKeys.Read(context.Request, out var key) is { } badKey)
            return badKey;

        var body = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (body.Root is null)
            return body.Problem ?? throw new InvalidOperationException("A body was neither read nor refused.");

        var use = key is null ? null : new IdempotencyKey(caller.UserId, key, body.Hash);
        if (use is not null && await requests.FindRepeatAsync(use, cancellationToken) is { } repeat)
            return Answer(repeat);

        if (SubmitRequest.Read(body.Root, out var errors) is not { } sent)
            return SubmitRequest.Invalid(errors);

        var refusal = submitting.Check(sent, caller, CorrelationId.Of(context), use, out var submission);
        return submission is null
            ? refusal ?? throw new InvalidOperationException("A submission was neither made nor refused.")
            : Answer(await submitting.SubmitAsync(submission, cancellationToken));
    }

    private static Results<Accepted<SubmittedRequest>, ProblemResult> Answer(SubmissionOutcome outcome) => outcome switch
    {
        SubmissionOutcome.Accepted accepted => Accept(accepted.Request),
        SubmissionOutcome.Repeated repeated => Accept(repeated.Request),
        _ => new ProblemResult(Problem.KeyReused, "A key stands for one body: use a new key for another request."),
    };

    private static Accepted<SubmittedRequest> Accept(Request request)
    {
        var body = SubmittedRequest.From(request);
        return TypedResults.Accepted(body.Links.Self, body);
    }
}
