using Pao.Activities;
using Pao.DurableTask;
using Pao.Orchestrator.Fulfilment;

namespace Pao.Orchestrator.Escalations;

/// <summary>Asks others for help with a request that failed: makes the ticket, once, and keeps its key.</summary>
[DurableTask(Name)]
internal sealed class Escalate : TaskOrchestrator<EscalationKey, object?>
{
    public const string Name = "EscalateRequest";

    public override async Task<object?> RunAsync(TaskOrchestrationContext context, EscalationKey input)
    {
        try
        {
            var execution = await context.CallActivityAsync<ActionExecution>(PrepareEscalation.Name, input, Retries.Store);
            await CarryOutAsync(context, execution);
        }
        catch (TaskFailedException failure)
        {
            await context.CallActivityAsync(
                FailEscalation.Name,
                new FailedEscalation(input, failure.FailureDetails.ErrorType, failure.FailureDetails.ErrorMessage),
                Retries.Store);
        }

        return null;
    }

    private static async Task CarryOutAsync(TaskOrchestrationContext context, ActionExecution execution)
    {
        while (true)
        {
            try
            {
                await context.CallActivityAsync<ActionStanding>(ActionStep.ExecuteName, execution, Retries.Of(retry: null));
                return;
            }
            catch (TaskFailedException failure) when (Retries.IsStoreAway(failure.FailureDetails))
            {
                await context.CreateTimer(Retries.StorePause, CancellationToken.None);
            }
        }
    }
}

/// <summary>One stop of a request, about which others are asked.</summary>
/// <remarks>It is kept in histories, so its JSON form outlives this version of the code.</remarks>
internal sealed record EscalationKey(Guid RequestId, int Failure)
{
    /// <summary>No component of a bundle is called so: it marks the actions that are none of the request's plan.</summary>
    public const string Component = "@escalation";

    public string ActionId => $"stop-{Failure}";

    public string InstanceId => $"{RequestId}:escalation:{Failure}";
}
