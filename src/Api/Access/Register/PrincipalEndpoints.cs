using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;
using Pao.Api.Access.Keys;
using Pao.Api.Auditing;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access.Register;

/// <summary>For administrators: who may call, and by which keys. For everybody: who one is.</summary>
internal static class PrincipalEndpoints
{
    private static readonly ParameterMetadata Id = new(
        "id", $"The principal's id. {PrincipalId.Rule}", ParameterLocation.Path, new() { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 128 });

    public static void MapPrincipals(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/me", Me)
            .WithTags("Access").RequireAuthorization(AccessRules.Developer)
            .WithName("GetMe")
            .WithSummary("Who calls, with its roles and teams")
            .WithMetadata(ExampleMetadata.OfAnswer(StatusCodes.Status200OK, MeBody.Example))
            .WithProblems(Problem.Unauthenticated, Problem.RateExceeded, Problem.StoreUnavailable, Problem.Unexpected);

        var principals = routes.MapGroup("/principals").WithTags("Access").RequireAuthorization(AccessRules.Admin)
            .WithProblems(Problem.Unauthenticated, Problem.RateExceeded, Problem.Forbidden, Problem.StoreUnavailable, Problem.Unexpected);
        principals.MapGet("", List)
            .WithName("ListPrincipals")
            .WithSummary("Who may call, by id")
            .WithProblems(Problem.ParameterInvalid)
            .WithParameters(ParameterMetadata.Limit, ParameterMetadata.Cursor);

        var one = principals.MapGroup("/{id}").WithParameters(Id);
        one.MapGet("", Get)
            .WithName("GetPrincipal")
            .WithSummary("One principal")
            .WithMetadata(ExampleMetadata.OfAnswer(StatusCodes.Status200OK, PrincipalBody.Example))
            .WithProblems(Problem.PrincipalNotFound);
        one.MapPut("", Put)
            .WithName("PutPrincipal")
            .WithSummary("Make a principal, or replace what is known of it")
            .WithDescription("What is left out is taken away. A disabled one stays disabled. Sent again with the same effect.")
            .Accepts<NewPrincipal>("application/json")
            .WithMetadata(ExampleMetadata.OfRequest(NewPrincipal.Example), ExampleMetadata.OfAnswer(StatusCodes.Status200OK, PrincipalBody.Example))
            .WithProblems(
                Problem.ParameterInvalid, Problem.IdentityTaken, Problem.BodyMalformed, Problem.BodyTooLarge, Problem.BodyNotJson, Problem.BodyInvalid);
        one.MapPost("/disable", Disable)
            .WithName("DisablePrincipal")
            .WithSummary("Let a principal in no more, by any key or identity; what it has asked for goes on")
            .WithProblems(Problem.PrincipalNotFound);
        one.MapPost("/enable", Enable)
            .WithName("EnablePrincipal")
            .WithSummary("Let a principal in again")
            .WithProblems(Problem.PrincipalNotFound);
        one.MapKeys();
    }

    internal static ProblemResult NotFound(string id) => new(Problem.PrincipalNotFound, $"There is no principal '{id}'.");

    private static Ok<MeBody> Me(ClaimsPrincipal user) => TypedResults.Ok(MeBody.From(Caller.Of(user).Principal));

    private static async Task<Results<Ok<Page<PrincipalBody>>, ProblemResult>> List(
        HttpRequest http, PrincipalRegister register, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var (limit, after) = (parameters.Limit(), parameters.After<PrincipalCursor>());
        if (parameters.Refusal is { } refusal)
            return refusal;

        var entries = await register.ListAsync(after?.Id, limit + 1, cancellationToken);
        return TypedResults.Ok(Page<PrincipalBody>.Of(
            entries, limit, PrincipalBody.From, entry => Cursor.Write(new PrincipalCursor(entry.Principal.Id))));
    }

    private static async Task<Results<Ok<PrincipalBody>, ProblemResult>> Get(
        string id, PrincipalRegister register, CancellationToken cancellationToken) =>
        await register.FindAsync(id, cancellationToken) is { } entry ? TypedResults.Ok(PrincipalBody.From(entry)) : NotFound(id);

    private static async Task<Results<Ok<PrincipalBody>, Created<PrincipalBody>, ProblemResult>> Put(
        string id, HttpContext context, PrincipalRegister register, CancellationToken cancellationToken)
    {
        if (PrincipalId.WhyNot(id) is { } problem)
            return ProblemResult.Parameter("id", problem);
        var (principal, identities, refusal) = await NewPrincipal.ReadAsync(id, context.Request, cancellationToken);
        if (principal is null)
            return refusal ?? throw new InvalidOperationException("A body was neither read nor refused.");

        return await register.PutAsync(principal, identities, CallOrigin.Of(context), cancellationToken) switch
        {
            PrincipalOutcome.Kept { IsNew: true } made => TypedResults.Created($"/api/v1/principals/{id}", PrincipalBody.From(made.Entry)),
            PrincipalOutcome.Kept kept => TypedResults.Ok(PrincipalBody.From(kept.Entry)),
            PrincipalOutcome.IdentityTaken taken => new ProblemResult(
                Problem.IdentityTaken, $"{taken.Identity} is an identity of '{taken.PrincipalId}': take it away there first."),
            var other => throw new InvalidOperationException($"No answer to {other}."),
        };
    }

    private static Task<Results<Ok<PrincipalBody>, ProblemResult>> Disable(
        string id, HttpContext context, PrincipalRegister register, CancellationToken cancellationToken) =>
        SetAsync(id, enabled: false, context, register, cancellationToken);

    private static Task<Results<Ok<PrincipalBody>, ProblemResult>> Enable(
        string id, HttpContext context, PrincipalRegister register, CancellationToken cancellationToken) =>
        SetAsync(id, enabled: true, context, register, cancellationToken);

    private static async Task<Results<Ok<PrincipalBody>, ProblemResult>> SetAsync(
        string id, bool enabled, HttpContext context, PrincipalRegister register, CancellationToken cancellationToken) =>
        await register.SetAsync(id, enabled, CallOrigin.Of(context), cancellationToken) is { } entry
            ? TypedResults.Ok(PrincipalBody.From(entry))
            : NotFound(id);
}
