using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.DurableTask;
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
        await context.CallActivityAsync(BeginFulfilment.Name, FulfilmentPlan.Of(input), Retries.Store);

        var scope = ActionScope.Of(input);
        var actions = ActionOrder.Of(input.Item.Actions);
        JsonObject outputs = [];
        var failures = 0;
        foreach (var (index, action) in actions.Index())
        {
            var working = new FulfilmentProgress(action.Id, index, actions.Count, WaitsForDecision: false);
            var step = new ActionStep(context, scope, action, what => context.SetCustomStatus(working with { WaitsFor = what }));
            for (var done = false; !done;)
            {
                context.SetCustomStatus(working);
                try
                {
                    if (await step.RunAsync(outputs) is { } made)
                        outputs[action.Id] = made;
                    done = true;
                }
                catch (TaskFailedException failure)
                {
                    failures++;
                    context.SetCustomStatus(working with { WaitsForDecision = true });
                    var decision = await context.StopAsync(Stoppage(context, input, action, failure), failures);
                    if (decision.Kind is DecisionKind.Abort)
                        return new FulfilmentOutcome(RequestStatus.Aborted);
                }
            }
        }

        await context.CallActivityAsync(CompleteFulfilment.Name, input.RequestId, Retries.Store);
        context.SetCustomStatus(new FulfilmentProgress(null, actions.Count, actions.Count, WaitsForDecision: false));
        return new FulfilmentOutcome(RequestStatus.Completed);
    }

    private static Stoppage Stoppage(
        TaskOrchestrationContext context, FulfilmentInput input, ActionDefinition action, TaskFailedException failure) =>
        new(input.RequestId, context.NewGuid(), action.Id, failure.FailureDetails.ErrorType, failure.FailureDetails.ErrorMessage);
}
