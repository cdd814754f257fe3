using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.DurableTask;
using Pao.Orchestrator.Fulfilment;

namespace Pao.Orchestrator.Bundles;

/// <summary>
/// Fulfils one component of a bundle, as a request for its item would be. After a failure it tells the bundle's
/// orchestration and waits where it is, with what it knows, until that says how to go on.
/// </summary>
[DurableTask(Name)]
internal sealed class FulfilComponent : TaskOrchestrator<ComponentInput, ComponentOutcome>
{
    public const string Name = "FulfilComponent";

    public override async Task<ComponentOutcome> RunAsync(TaskOrchestrationContext context, ComponentInput input)
    {
        var stops = await context.CallActivityAsync<int>(BeginComponent.Name, input.Key, Retries.Store);
        var attempts = new ComponentAttempts(context, input, stops);

        PreparedComponent? prepared = null;
        if (!await attempts.UntilDoneAsync(actionId: null, async () => prepared = await PrepareAsync(context, input)))
            return ComponentOutcome.GivenUp;
        if (prepared is not { Skipped: false })
            return ComponentOutcome.LeftOut;

        JsonObject outputs = [];
        var scope = input.ActionScope(prepared.Fields);
        var actions = ActionOrder.Of(input.Component.Item.Actions);
        foreach (var (index, action) in actions.Index())
        {
            var working = new FulfilmentProgress(action.Id, index, actions.Count, WaitsForDecision: false);
            var step = new ActionStep(context, scope, action, what => context.SetCustomStatus(working with { WaitsFor = what }));
            context.SetCustomStatus(working);
            JsonObject? made = null;
            if (!await attempts.UntilDoneAsync(action.Id, async () => made = await step.RunAsync(outputs)))
                return ComponentOutcome.GivenUp;
            if (made is not null)
                outputs[action.Id] = made;
        }

        var offered = ComponentOutputs.Of(outputs, input.Component.Outputs);
        await context.CallActivityAsync(CompleteComponent.Name, new ComponentCompletion(input.Key, offered), Retries.Store);
        return ComponentOutcome.Completed((JsonObject)offered.DeepClone());
    }

    private static Task<PreparedComponent> PrepareAsync(TaskOrchestrationContext context, ComponentInput input) =>
        context.CallActivityAsync<PreparedComponent>(PrepareComponent.Name, input, Retries.Store);
}
