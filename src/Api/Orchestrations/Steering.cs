using Pao.Api.Problems;
using Pao.DurableTask;
using Pao.DurableTask.Client;
using Pao.DurableTask.Protocol;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Orchestrations;

/// <summary>
/// Takes an operator's step: checks that the state allows it and that no request is passed over, writes the step down,
/// and only then asks the hub.
/// </summary>
internal sealed partial class Steering(
    ITaskHub hub, DurableTaskClient client, RequestOrchestrations requests, ILogger<Steering> logger)
{
    public Task<SteeringOutcome> SuspendAsync(OperatorStep step, CancellationToken cancellationToken) => TakeAsync(
        step,
        (state, _) => HasNotEnded(state),
        _ => client.SuspendInstanceAsync(step.InstanceId, step.Reason, cancellationToken),
        cancellationToken);

    public Task<SteeringOutcome> ResumeAsync(OperatorStep step, CancellationToken cancellationToken) => TakeAsync(
        step,
        (state, _) => HasNotEnded(state),
        _ => client.ResumeInstanceAsync(step.InstanceId, step.Reason, cancellationToken),
        cancellationToken);

    public Task<SteeringOutcome> TerminateAsync(OperatorStep step, CancellationToken cancellationToken) => TakeAsync(
        step,
        (state, _) => state.OrchestrationStatus is OrchestrationStatus.Terminated ? null : HasNotEnded(state),
        async request =>
        {
            // A component belongs to the orchestration of its bundle, and ends with it; ended alone, its bundle is told by the hub.
            await client.TerminateInstanceAsync(
                step.InstanceId, new TerminateInstanceOptions(step.Reason, Recursive: request is not null), cancellationToken);
            if (request is not null && step.InstanceId == request.Id.ToString())
                await requests.FollowEndAsync(request.Id, cancellationToken);
        },
        cancellationToken);

    public Task<SteeringOutcome> RewindAsync(OperatorStep step, CancellationToken cancellationToken) => TakeAsync(
        step,
        (state, request) => RunsByRequest(request) ?? (state.OrchestrationStatus is OrchestrationStatus.Failed
            ? null
            : Conflict(state, "only one that has failed can be rewound.")),
        _ => client.RewindInstanceAsync(step.InstanceId, step.Reason ?? $"Rewound by {step.Origin.Actor}.", cancellationToken),
        cancellationToken);

    /// <summary>Runs the same again under a new id, which the outcome has.</summary>
    public async Task<SteeringOutcome> RestartAsync(OperatorStep step, CancellationToken cancellationToken)
    {
        var newId = "";
        var outcome = await TakeAsync(
            step,
            (state, request) => RunsByRequest(request) ?? (state.OrchestrationStatus.HasEnded()
                ? null
                : Conflict(state, "only one that has ended can be restarted.")),
            async _ => newId = await client.RestartAsync(step.InstanceId, restartWithNewInstanceId: true, cancellationToken),
            cancellationToken);
        return outcome with { NewId = newId };
    }

    /// <summary>Deletes an ended orchestration, and those that it started when asked to; a request's takes its components' along.</summary>
    public Task<SteeringOutcome> PurgeAsync(OperatorStep step, bool recursive, CancellationToken cancellationToken) => TakeAsync(
        step,
        (state, request) => request?.Status.IsFinal() is false
            ? new ProblemResult(
                Problem.OrchestrationOfRequest,
                $"The request {request.Id} is {request.Status.ToText()}: its history goes when the request is completed or aborted, not before.")
            : state.OrchestrationStatus.HasEnded() ? null : Conflict(state, "end it first: POST …/terminate."),
        request => client.PurgeInstanceAsync(
            step.InstanceId, new PurgeInstanceOptions(recursive || request is not null), cancellationToken),
        cancellationToken);

    private async Task<SteeringOutcome> TakeAsync(
        OperatorStep step,
        Func<OrchestrationState, Request?, ProblemResult?> check,
        Func<Request?, Task> ask,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(step.InstanceId, cancellationToken) is not { } state)
            return new(OrchestrationEndpoints.NotFound(step.InstanceId));

        var request = await requests.FindAsync(step.InstanceId, cancellationToken);
        if (check(state, request) is { } refusal)
            return new(refusal);

        await requests.NoteAsync(step, request, cancellationToken);
        try
        {
            await ask(request);
        }
        catch (ArgumentException)
        {
            return new(OrchestrationEndpoints.NotFound(step.InstanceId)); // deleted meanwhile
        }
        catch (InvalidOperationException)
        {
            return new(Conflict(state, "and its state has changed meanwhile; look at it again."));
        }

        Log.Asked(logger, step.Origin.Actor, step.Action, step.InstanceId);
        return new(Refusal: null, await FindAsync(step.InstanceId, cancellationToken) ?? state);
    }

    private async Task<OrchestrationState?> FindAsync(string instanceId, CancellationToken cancellationToken)
    {
        var found = await hub.GetInstanceAsync(
            new GetInstanceRequest { InstanceId = instanceId, GetInputsAndOutputs = true }, cancellationToken);
        return found.Exists ? found.OrchestrationState : null;
    }

    private static ProblemResult? HasNotEnded(OrchestrationState state) =>
        state.OrchestrationStatus.HasEnded() ? Conflict(state, "it has ended.") : null;

    // Its state would say that nothing runs, or two orchestrations would work on it.
    private static ProblemResult? RunsByRequest(Request? request) => request is null
        ? null
        : new(
            Problem.OrchestrationOfRequest,
            $"It belongs to request {request.Id}, which is {request.Status.ToText()}. What has failed of it goes on by POST /api/v1/requests/{request.Id}/retry.");

    private static ProblemResult Conflict(OrchestrationState state, string rule) => new(
        Problem.OrchestrationStateConflict, $"The orchestration is {state.OrchestrationStatus.ToText()}; {rule}");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Operator {Operator} asked the hub to {Step} orchestration {Instance}.")]
        public static partial void Asked(ILogger logger, string @operator, string step, string instance);
    }
}

/// <summary>What became of a step: why it was refused, or how the orchestration stands after it.</summary>
internal sealed record SteeringOutcome(ProblemResult? Refusal, OrchestrationState? State = null, string NewId = "");
