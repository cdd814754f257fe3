using Pao.DurableTask;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Fulfilment;

namespace Pao.Orchestrator.Bundles;

/// <summary>Repeats a component's steps for as long as a person wants them retried.</summary>
/// <param name="context">The component's orchestration.</param>
/// <param name="input">Its input.</param>
/// <param name="stops">How often the component has stopped before, in orchestrations that have ended without it.</param>
internal sealed class ComponentAttempts(TaskOrchestrationContext context, ComponentInput input, int stops)
{
    private int _stops = stops;

    /// <returns>False when a person has given it up.</returns>
    public async Task<bool> UntilDoneAsync(string? actionId, Func<Task> step)
    {
        while (true)
        {
            try
            {
                await step();
                return true;
            }
            catch (TaskFailedException failure)
            {
                if (await StopAsync(actionId, failure.FailureDetails) is DecisionKind.Abort)
                    return false;
            }
        }
    }

    private async Task<DecisionKind> StopAsync(string? actionId, TaskFailureDetails failure)
    {
        var stop = new ComponentStop(input.Component.Id, ++_stops, actionId, failure.ErrorType, failure.ErrorMessage);
        await context.CallActivityAsync(FailComponent.Name, new ComponentStoppage(input.RequestId, stop), Retries.Store);
        context.SendEvent(input.RequestId.ToString(), ComponentStop.EventName, stop);
        while (true)
        {
            var goAhead = await context.WaitForExternalEvent<GoAhead>(GoAhead.EventName);
            if (goAhead.Stop >= stop.Number)
                return goAhead.Kind;
        }
    }
}
