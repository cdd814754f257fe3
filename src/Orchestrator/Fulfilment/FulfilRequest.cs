using System.Text.Json.Nodes;
using Pao.DurableTask;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Planning;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>
/// Fulfils one request for an item, action by action. A failure stops the request and waits, without limit, for a person.
/// </summary>
[DurableTask(Name)]
internal sealed class FulfilRequest : TaskOrchestrator<FulfilmentInput, FulfilmentOutcome>
{
    public const string Name = "FulfilRequest";

    public override async Task<FulfilmentOutcome> RunAsync(TaskOrchestrationContext context, FulfilmentInput input)
    {
        if (await context.CallActivityAsync<ChosenPlan?>(BeginFulfilment.Name, input.RequestId, Retries.Store) is not { } plan)
            return new FulfilmentOutcome(RequestStatus.Cancelled);

        var actions = ActionOrder.Of(plan.ActionsOf(input.Item, component: null));
        var steps = actions.Select((action, index) => new ActionStep(context, action, new(action.Id, index, actions.Count, false))).ToList();
        var scope = ActionScope.Of(input);
        JsonObject outputs = [];
        for (var (done, failures) = (0, 0); done < steps.Count;)
        {
            try
            {
                if (await steps[done].RunAsync(scope, outputs) is { } made)
                    outputs[actions[done].Id] = made;
                done++;
            }
            catch (TaskFailedException failure)
            {
                steps[done].ShowStopped();
                var stop = new Stoppage(
                    input.RequestId, context.NewGuid(), actions[done].Id, failure.FailureDetails.ErrorType, failure.FailureDetails.ErrorMessage);
                var decision = await context.StopAsync(stop, ++failures);
                if (decision.Kind is DecisionKind.Abort)
                    return new FulfilmentOutcome(RequestStatus.Aborted);

                // With other fields an earlier action may have other content; what is done and stays so is found done.
                if (decision.Fields is { } fields)
                    (scope, outputs, done) = (scope with { Fields = fields }, [], 0);
            }
        }

        await context.CallActivityAsync(CompleteFulfilment.Name, input.RequestId, Retries.Store);
        context.SetCustomStatus(new FulfilmentProgress(null, actions.Count, actions.Count, WaitsForDecision: false));
        return new FulfilmentOutcome(RequestStatus.Completed);
    }
}
