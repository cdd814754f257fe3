using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;
using Pao.Api.Access;
using Pao.Api.Access.Signatures;
using Pao.Api.Auditing;
using Pao.Api.Correlation;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Secrets;

namespace Pao.Api.Requests;

internal static class SubmitEndpoint
{
    public static void MapSubmit(this IEndpointRouteBuilder requests) => requests.MapPost("", Submit)
        .WithMetadata(new Repeatable(WithKeyOnly: true))
        .WithName("SubmitRequest")
        .WithSummary("Submit a request for a catalog item or a bundle")
        .WithDescription(
            "Answers once the request is durable. With an Idempotency-Key, the same body sent again answers with the same request.")
        .Accepts<SubmitRequest>("application/json")
        .Produces<SubmittedRequest>(StatusCodes.Status202Accepted)
        .WithProblems(
            Problem.BodyMalformed, Problem.ParameterInvalid, Problem.Forbidden, Problem.ItemNotFound, Problem.ItemUnavailable, Problem.BodyTooLarge,
            Problem.BodyNotJson, Problem.BodyInvalid, Problem.KeyReused, Problem.OpenRequestsQuota, Problem.StoredBytesQuota)
        .WithParameters(new ParameterMetadata(
            IdempotencyKeys.Header, "Makes sending the same body again safe; 1 to 255 visible ASCII characters.", ParameterLocation.Header))
        .WithMetadata(
            ExampleMetadata.OfRequest("""{"catalog_item_id": "starter-hello-standard", "fields": {"name": "Ada"}}"""),
            ExampleMetadata.OfAnswer(StatusCodes.Status202Accepted, """
                {
                  "id": "01a20bc2-db33-76ce-9b6e-fe743ef7c550",
                  "catalog_item_id": "starter-hello-standard",
                  "status": "submitted",
                  "created_at": "2026-11-24T04:14:09.203566Z",
                  "links": {
                    "self": "/api/v1/requests/01a20bc2-db33-76ce-9b6e-fe743ef7c550",
                    "status": "/api/v1/requests/01a20bc2-db33-76ce-9b6e-fe743ef7c550/status",
                    "logs": "/api/v1/requests/01a20bc2-db33-76ce-9b6e-fe743ef7c550/logs",
                    "history": "/api/v1/requests/01a20bc2-db33-76ce-9b6e-fe743ef7c550/history"
                  }
                }
                """));

    private static async Task<Results<Accepted<SubmittedRequest>, ProblemResult>> Submit(
        HttpContext context, ClaimsPrincipal user, Submitting submitting, RequestStore requests, SecretCipher cipher, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(user);
        if (IdempotencyKeys.Read(context.Request, out var key) is { } badKey)
            return badKey;

        var body = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (body.Root is null)
            return body.Problem ?? throw new InvalidOperationException("A body was neither read nor refused.");

        var use = key is null ? null : new IdempotencyKey(caller.UserId, key, body.Hash) { Fingerprint = cipher.Fingerprint(body.Hash) };
        if (use is not null && await requests.FindRepeatAsync(use, cancellationToken) is { } repeat)
            return Answer(repeat);

        if (SubmitRequest.Read(body.Root, out var errors) is not { } sent)
            return SubmitRequest.Invalid(errors);

        var refusal = submitting.Check(sent, caller, CallOrigin.Of(context), CorrelationId.Of(context), use, out var submission);
        return submission is null
            ? refusal ?? throw new InvalidOperationException("A submission was neither made nor refused.")
            : Answer(await submitting.SubmitAsync(submission, cancellationToken));
    }

    private static Results<Accepted<SubmittedRequest>, ProblemResult> Answer(SubmissionOutcome outcome) => outcome switch
    {
        SubmissionOutcome.Accepted accepted => Accept(accepted.Request),
        SubmissionOutcome.Repeated repeated => Accept(repeated.Request),
        SubmissionOutcome.OverQuota over => new ProblemResult(
            over.IsBytes ? Problem.StoredBytesQuota : Problem.OpenRequestsQuota,
            $"{over.Used} of {over.Most} {(over.IsBytes ? "bytes" : "requests")} are in use until some are done or given up; an operator may allow more (Pao:CallerLimits).")
        {
            RetryAfter = TimeSpan.FromMinutes(1),
        },
        _ => new ProblemResult(Problem.KeyReused, "A key stands for one body: use a new key for another request."),
    };

    private static Accepted<SubmittedRequest> Accept(Request request)
    {
        var body = SubmittedRequest.From(request);
        return TypedResults.Accepted(body.Links.Self, body);
    }
}
