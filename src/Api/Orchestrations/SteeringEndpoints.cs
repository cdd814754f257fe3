using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;
using Pao.Api.Auditing;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Orchestrations;

/// <summary>What an operator may do to an orchestration.</summary>
internal static class SteeringEndpoints
{
    private const string Accepted = "Answered once the hub has it; it takes effect at the orchestration's next turn. ";

    private static readonly ParameterMetadata Recursive = new(
        "recursive", "true: also the ended orchestrations that it started.", Schema: new() { Type = JsonSchemaType.Boolean });

    public static void MapSteering(this IEndpointRouteBuilder orchestrations)
    {
        orchestrations.MapPost("/{id}/suspend", Suspend).WithName("SuspendOrchestration")
            .WithSummary("Let an orchestration take no more turns until it is resumed")
            .WithStep($"{Accepted}Repeated, it changes nothing more. A request whose orchestration is suspended stays as it is; its log tells.");
        orchestrations.MapPost("/{id}/resume", Resume).WithName("ResumeOrchestration")
            .WithSummary("Let a suspended orchestration go on")
            .WithStep($"{Accepted}One that is not suspended stays as it is.");
        orchestrations.MapPost("/{id}/terminate", Terminate).WithName("TerminateOrchestration")
            .WithSummary("End an orchestration where it stands; nothing is undone")
            .WithStep($"{Accepted}Repeated, it changes nothing more. A request whose orchestration is ended fails and waits for retry or abort.");
        orchestrations.MapPost("/{id}/rewind", Rewind).WithName("RewindOrchestration")
            .WithSummary("Run a failed orchestration on from its last success; also one that was set aside")
            .WithStep("The orchestration of a request is refused: retry the request.");
        orchestrations.MapPost("/{id}/restart", Restart).WithName("RestartOrchestration")
            .WithSummary("Run the same again, with the same input, under a new id")
            .WithStep("Each call starts another one. Only of one that has ended. The orchestration of a request is refused: retry the request.")
            .WithMetadata(ExampleMetadata.OfAnswer(202, OrchestrationExamples.Restarted));
        orchestrations.MapDelete("/{id}", Purge).WithName("PurgeOrchestration")
            .WithSummary("Delete an ended orchestration with its history")
            .WithDescription("The orchestration of a request that is not completed or aborted is refused.")
            .WithParameters(ParameterMetadata.InstanceId, Recursive)
            .WithProblems(
                Problem.ParameterInvalid, Problem.OrchestrationNotFound, Problem.OrchestrationStateConflict, Problem.OrchestrationOfRequest);
    }

    private static RouteHandlerBuilder WithStep(this RouteHandlerBuilder endpoint, string description) => endpoint
        .WithDescription($"{description} The body is optional.")
        .WithParameters(ParameterMetadata.InstanceId)
        .Accepts<ReasonBody>(isOptional: true, "application/json")
        .WithProblems(
            Problem.BodyMalformed, Problem.ParameterInvalid, Problem.OrchestrationNotFound, Problem.OrchestrationStateConflict,
            Problem.OrchestrationOfRequest, Problem.BodyTooLarge, Problem.BodyNotJson, Problem.BodyInvalid)
        .WithMetadata(ExampleMetadata.OfRequest(OrchestrationExamples.Reason));

    private static Task<Results<Accepted<OrchestrationDetails>, ProblemResult>> Suspend(
        string id, HttpContext http, Steering steering, CancellationToken cancellationToken) =>
        TakeAsync(id, "suspend", http, steering.SuspendAsync, cancellationToken);

    private static Task<Results<Accepted<OrchestrationDetails>, ProblemResult>> Resume(
        string id, HttpContext http, Steering steering, CancellationToken cancellationToken) =>
        TakeAsync(id, "resume", http, steering.ResumeAsync, cancellationToken);

    private static Task<Results<Accepted<OrchestrationDetails>, ProblemResult>> Terminate(
        string id, HttpContext http, Steering steering, CancellationToken cancellationToken) =>
        TakeAsync(id, "terminate", http, steering.TerminateAsync, cancellationToken);

    private static Task<Results<Accepted<OrchestrationDetails>, ProblemResult>> Rewind(
        string id, HttpContext http, Steering steering, CancellationToken cancellationToken) =>
        TakeAsync(id, "rewind", http, steering.RewindAsync, cancellationToken);

    private static async Task<Results<Accepted<RestartedOrchestration>, ProblemResult>> Restart(
        string id, HttpContext http, Steering steering, CancellationToken cancellationToken)
    {
        var (step, refusal) = await ReadAsync(id, "restart", http, cancellationToken);
        if (refusal is not null)
            return refusal;

        var outcome = await steering.RestartAsync(step, cancellationToken);
        return outcome.Refusal is { } refused
            ? refused
            : TypedResults.Accepted(
                OrchestrationLinks.Path(outcome.NewId),
                new RestartedOrchestration(outcome.NewId, step.InstanceId, OrchestrationLinks.To(outcome.NewId)));
    }

    private static async Task<Results<NoContent, ProblemResult>> Purge(
        string id, HttpContext http, Steering steering, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http.Request);
        var (instanceId, recursive) = (parameters.InstanceId(id), parameters.Flag("recursive"));
        if (parameters.Refusal is { } refusal)
            return refusal;

        var outcome = await steering.PurgeAsync(Step(instanceId, "purge", null, http), recursive, cancellationToken);
        return outcome.Refusal is { } refused ? refused : TypedResults.NoContent();
    }

    private static async Task<Results<Accepted<OrchestrationDetails>, ProblemResult>> TakeAsync(
        string id,
        string action,
        HttpContext http,
        Func<OperatorStep, CancellationToken, Task<SteeringOutcome>> take,
        CancellationToken cancellationToken)
    {
        var (step, refusal) = await ReadAsync(id, action, http, cancellationToken);
        if (refusal is not null)
            return refusal;

        return await take(step, cancellationToken) switch
        {
            { Refusal: { } refused } => refused,
            { State: { } state } => TypedResults.Accepted(OrchestrationLinks.Path(step.InstanceId), OrchestrationDetails.From(state)),
            _ => OrchestrationEndpoints.NotFound(step.InstanceId),
        };
    }

    private static async Task<(OperatorStep Step, ProblemResult? Refusal)> ReadAsync(
        string id, string action, HttpContext http, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http.Request);
        var instanceId = parameters.InstanceId(id);
        var (reason, refusal) = parameters.Refusal is null ? await ReasonBody.ReadAsync(http.Request, cancellationToken) : default;
        return (Step(instanceId, action, reason, http), parameters.Refusal ?? refusal);
    }

    private static OperatorStep Step(string instanceId, string action, string? reason, HttpContext http) =>
        new(instanceId, action, CallOrigin.Of(http), reason);
}
