using Pao.DurableTask;
using Pao.DurableTask.Client;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>
/// Hands requests and decisions, which are durable already, to the hub. Each may be handed over again: a request starts
/// one orchestration, whose id is the request's; a decision is heeded once.
/// </summary>
public sealed class Fulfilments(DurableTaskClient client, Decisions decisions)
{
    // An instance in any status stands in the way: the hub would otherwise start an ended one anew.
    private static readonly StartOrchestrationOptions Once =
        new StartOrchestrationOptions().WithDedupeStatuses(Enum.GetValues<OrchestrationRuntimeStatus>());

    public async Task StartAsync(FulfilmentInput input, CancellationToken cancellationToken)
    {
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                FulfilRequest.Name, input, Once with { InstanceId = input.RequestId.ToString() }, cancellationToken);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // Another process, or this one before a crash, was first.
        }
    }

    public async Task DeliverAsync(Decision decision, CancellationToken cancellationToken)
    {
        await client.RaiseEventAsync(decision.RequestId.ToString(), Decision.EventName, decision, cancellationToken);
        CrashPoint.Reach("decision.after-event");
        await decisions.MarkDeliveredAsync(decision, cancellationToken);
    }
}
