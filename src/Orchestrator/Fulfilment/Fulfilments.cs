using Pao.DurableTask;
using Pao.DurableTask.Client;
using Pao.Orchestrator.Bundles;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Escalations;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Telling;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>
/// Hands requests and decisions, which are durable already, to the hub. Each may be handed over again: a request starts
/// one orchestration, whose id is the request's; a decision is heeded once.
/// </summary>
public sealed class Fulfilments
{
    private static readonly StartOrchestrationOptions InsteadOfDead = new StartOrchestrationOptions().WithDedupeStatuses(
        [.. Enum.GetValues<OrchestrationRuntimeStatus>().Where(status => !IsDead(status))]);

    // One that has ended may be run again: what was asked is found asked, what could not be is tried.
    private static readonly StartOrchestrationOptions UnlessRunning = new StartOrchestrationOptions().WithDedupeStatuses(
        OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended);

    private readonly DurableTaskClient _client;
    private readonly Decisions _decisions;
    private readonly FulfilmentInputs _inputs;
    private readonly ComponentInstances _components;
    private readonly TicketNews _news;

    internal Fulfilments(
        DurableTaskClient client, Decisions decisions, FulfilmentInputs inputs, ComponentInstances components, TicketNews news) =>
        (_client, _decisions, _inputs, _components, _news) = (client, decisions, inputs, components, news);

    public Task StartAsync(FulfilmentInput input, CancellationToken cancellationToken) =>
        TryStartAsync(input, StartingOnce.Options, cancellationToken);

    /// <returns>
    /// False when it is to be delivered once more, which the sweeper does: others were asked for help in vain, which is about
    /// to end, and are to be asked again.
    /// </returns>
    public async Task<bool> DeliverAsync(Decision decision, CancellationToken cancellationToken)
    {
        await _news.TellAsync(decision, cancellationToken); // before anything moves, so that it is told where people worked so far
        if (decision.Effects.Count > 0)
            await _client.StartOnceAsync(CancelEffects.Name, EffectsToCancel.Of(decision), CancelEffects.InstanceId(decision), cancellationToken);
        switch (decision.Kind)
        {
            case DecisionKind.Escalate:
                var escalation = new EscalationKey(decision.RequestId, decision.Failure);
                if (!await _client.TryStartAsync(Escalate.Name, escalation, UnlessRunning with { InstanceId = escalation.InstanceId }, cancellationToken)
                    && !await _decisions.IsBeingAskedAsync(escalation, cancellationToken))
                    return false;
                break;
            case DecisionKind.Cancel:
                await EndAsync(decision, cancellationToken);
                break;
            default:
                await WakeAsync(decision, cancellationToken);
                break;
        }

        CrashPoint.Reach("decision.after-event");
        await _decisions.MarkDeliveredAsync(decision, cancellationToken);
        return true;
    }

    /// <summary>The request's orchestration as the hub knows it, with how it failed; null when the hub has none.</summary>
    internal async Task<OrchestrationMetadata?> FindAsync(Guid requestId, CancellationToken cancellationToken)
    {
        var id = requestId.ToString();
        var found = await _client.GetInstanceAsync(id, cancellationToken);
        return found is { IsCompleted: true } ? await _client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellationToken) : found;
    }

    /// <summary>Starts a request that the hub does not know, or does not know any more; false when it does.</summary>
    internal Task<bool> TryStartAsync(FulfilmentInput input, CancellationToken cancellationToken) =>
        TryStartAsync(input, StartingOnce.Options, cancellationToken);

    private async Task WakeAsync(Decision decision, CancellationToken cancellationToken)
    {
        if (await FindAsync(decision.RequestId, cancellationToken) is not { } found)
            await RestartAsync(decision, ended: null, cancellationToken);
        else if (IsDead(found.RuntimeStatus))
            await RestartAsync(decision, found, cancellationToken);
        await _client.RaiseEventAsync(decision.RequestId.ToString(), Decision.EventName, decision, cancellationToken);
    }

    // It has done nothing that stays, and would find that its request has ended.
    private async Task EndAsync(Decision decision, CancellationToken cancellationToken)
    {
        var id = decision.RequestId.ToString();
        if (await _client.GetInstanceAsync(id, cancellationToken) is { IsCompleted: false })
            await _client.TerminateInstanceAsync(
                id, new TerminateInstanceOptions($"The request was cancelled by {decision.By}.", Recursive: true), cancellationToken);
    }

    private static bool IsDead(OrchestrationRuntimeStatus status) =>
        status is OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated or OrchestrationRuntimeStatus.Canceled;

    /// <summary>
    /// Brings back an orchestration that has ended without its request: from its history where that can be, else from the
    /// start. Nothing is done twice then, either: what was prepared is kept, and what was done has its receipt. Of one that is
    /// given up, what it left behind is ended.
    /// </summary>
    private async Task RestartAsync(Decision decision, OrchestrationMetadata? ended, CancellationToken cancellationToken)
    {
        if (decision.Kind is DecisionKind.Abort)
        {
            if (ended is not null)
                await _components.TerminateAsync(decision.RequestId, ended, cancellationToken);
            return;
        }

        if (await _inputs.FindAsync(decision.RequestId, decision.Failure, cancellationToken) is not { } input)
            return;

        // A bundle is run anew in any case: its components have gone on, or have been ended, without it.
        if (ended is not null && input.Item.Bundle is not null)
            await _components.EndAsync(decision.RequestId, ended, cancellationToken);
        else if (ended is not null && decision.Fields is null && CanGoOn(ended) && await TryRewindAsync(decision, cancellationToken))
            return;

        await TryStartAsync(input, InsteadOfDead, cancellationToken);
    }

    // A history that the code of today does not follow would stop it at the same place again.
    private static bool CanGoOn(OrchestrationMetadata found) =>
        found.RuntimeStatus is OrchestrationRuntimeStatus.Failed
        && found.FailureDetails?.ErrorType.EndsWith("NonDeterministicOrchestrationException", StringComparison.Ordinal) is not true;

    private async Task<bool> TryRewindAsync(Decision decision, CancellationToken cancellationToken)
    {
        try
        {
            await _client.RewindInstanceAsync(decision.RequestId.ToString(), $"Retry, decided by {decision.By}.", cancellationToken);
            return true;
        }
        catch (Exception e) when (e is NotImplementedException or ArgumentException)
        {
            return false; // not every backend of this protocol rewinds; or it was purged meanwhile
        }
        catch (InvalidOperationException)
        {
            return true; // another process rewound it first
        }
    }

    private Task<bool> TryStartAsync(FulfilmentInput input, StartOrchestrationOptions options, CancellationToken cancellationToken) =>
        _client.TryStartAsync(
            input.Item.Bundle is null ? FulfilRequest.Name : FulfilBundle.Name, input,
            (options with { InstanceId = input.RequestId.ToString() }).WithParentTrace(input.Trace), cancellationToken);
}
