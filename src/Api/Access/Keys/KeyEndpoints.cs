using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;
using Pao.Api.Access.Register;
using Pao.Api.Auditing;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access.Keys;

/// <summary>For administrators: the access keys of a principal.</summary>
internal static class KeyEndpoints
{
    private static readonly ParameterMetadata KeyId = new("keyId", "The key's id.", ParameterLocation.Path);

    public static void MapKeys(this IEndpointRouteBuilder principal)
    {
        var keys = principal.MapGroup("/keys");
        keys.MapGet("", List)
            .WithName("ListAccessKeys")
            .WithSummary("The access keys of a principal, without their secrets")
            .WithProblems(Problem.PrincipalNotFound);
        keys.MapPost("", Issue)
            .WithName("IssueAccessKey")
            .WithSummary("Make an access key; the answer tells its secret, this once")
            .WithDescription("Two can be active at once: make the second, put it where the first one is, then disable the first. No repetition tells the secret again, so that an Idempotency-Key is refused.")
            .Accepts<NewKey>(isOptional: true, "application/json")
            .WithMetadata(
                ExampleMetadata.OfRequest("""{"expires_at": "2026-12-31T00:00:00Z"}"""),
                ExampleMetadata.OfAnswer(StatusCodes.Status201Created, IssuedKeyBody.Example))
            .WithProblems(
                Problem.ParameterInvalid, Problem.PrincipalNotFound, Problem.TooManyKeys,
                Problem.BodyMalformed, Problem.BodyTooLarge, Problem.BodyNotJson, Problem.BodyInvalid);

        var key = keys.MapGroup("/{keyId}").WithParameters(KeyId).WithProblems(Problem.KeyNotFound);
        key.MapPost("/disable", Disable)
            .WithName("DisableAccessKey")
            .WithSummary("Take no call any more that is signed with a key");
        key.MapPost("/enable", Enable)
            .WithName("EnableAccessKey")
            .WithSummary("Take calls that are signed with a key again")
            .WithProblems(Problem.TooManyKeys);
        key.MapDelete("", Delete)
            .WithName("DeleteAccessKey")
            .WithSummary("Forget a key and its secret for ever");
    }

    private static async Task<Results<Ok<KeysBody>, ProblemResult>> List(
        string id, AccessKeyRegister register, TimeProvider time, CancellationToken cancellationToken) =>
        await register.ListAsync(id, cancellationToken) is { } keys
            ? TypedResults.Ok(new KeysBody([.. keys.Select(key => KeyBody.From(key, time.GetUtcNow()))]))
            : PrincipalEndpoints.NotFound(id);

    private static async Task<Results<Created<IssuedKeyBody>, ProblemResult>> Issue(
        string id, HttpContext context, AccessKeyRegister register, TimeProvider time, CancellationToken cancellationToken)
    {
        if (context.Request.Headers.ContainsKey(IdempotencyKeys.Header))
            return ProblemResult.Parameter(IdempotencyKeys.Header, "Is not taken here: a secret is told once. List the keys to see whether one was made, and delete it if its secret is lost.");
        var (wanted, refusal) = await NewKey.ReadAsync(context.Request, time.GetUtcNow(), cancellationToken);
        if (wanted is null)
            return refusal ?? throw new InvalidOperationException("A body was neither read nor refused.");

        var outcome = await register.IssueAsync(id, wanted.ExpiresAt, CallOrigin.Of(context), cancellationToken);
        if (outcome is not AccessKeyOutcome.Issued(var key, var secret))
            return Refuse(outcome, id, keyId: "");

        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/v1/principals/{id}/keys", IssuedKeyBody.From(key, secret, time.GetUtcNow()));
    }

    private static Task<Results<Ok<KeyBody>, ProblemResult>> Disable(
        string id, string keyId, HttpContext context, AccessKeyRegister register, TimeProvider time, CancellationToken cancellationToken) =>
        SetAsync(id, keyId, enabled: false, context, register, time, cancellationToken);

    private static Task<Results<Ok<KeyBody>, ProblemResult>> Enable(
        string id, string keyId, HttpContext context, AccessKeyRegister register, TimeProvider time, CancellationToken cancellationToken) =>
        SetAsync(id, keyId, enabled: true, context, register, time, cancellationToken);

    private static async Task<Results<Ok<KeyBody>, ProblemResult>> SetAsync(
        string id, string keyId, bool enabled, HttpContext context, AccessKeyRegister register, TimeProvider time, CancellationToken cancellationToken)
    {
        var outcome = await register.SetAsync(
            id, keyId, enabled, CallOrigin.Of(context), cancellationToken);
        return outcome is AccessKeyOutcome.Kept(var key) ? TypedResults.Ok(KeyBody.From(key, time.GetUtcNow())) : Refuse(outcome, id, keyId);
    }

    private static async Task<Results<NoContent, ProblemResult>> Delete(
        string id, string keyId, HttpContext context, AccessKeyRegister register, CancellationToken cancellationToken)
    {
        var outcome = await register.DeleteAsync(id, keyId, CallOrigin.Of(context), cancellationToken);
        return outcome is AccessKeyOutcome.Kept ? TypedResults.NoContent() : Refuse(outcome, id, keyId);
    }

    private static ProblemResult Refuse(AccessKeyOutcome outcome, string id, string keyId) => outcome switch
    {
        AccessKeyOutcome.NoPrincipal => PrincipalEndpoints.NotFound(id),
        AccessKeyOutcome.NoKey => new(Problem.KeyNotFound, $"'{id}' has no access key '{keyId}'."),
        AccessKeyOutcome.TooMany { OfActive: true } => new(
            Problem.TooManyKeys, $"'{id}' has {AccessKeyRegister.MostActive} active keys: disable one of them first."),
        AccessKeyOutcome.TooMany => new(Problem.TooManyKeys, $"'{id}' has {AccessKeyRegister.Most} keys: delete one that is disabled first."),
        _ => throw new InvalidOperationException($"No answer to {outcome}."),
    };
}
