using System.Text.Json.Nodes;
using Pao.Activities;
using Pao.Catalog;
using Pao.DurableTask;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>
/// Fulfils one request, action by action: prepare (rendered once, so that every retry sends the same), execute, record.
/// A failure stops the request and waits, without limit, for a person.
/// </summary>
[DurableTask(Name)]
internal sealed class FulfilRequest : TaskOrchestrator<FulfilmentInput, FulfilmentOutcome>
{
    public const string Name = "FulfilRequest";
    public const string ExecuteActionName = "ExecuteAction";

    public override async Task<FulfilmentOutcome> RunAsync(TaskOrchestrationContext context, FulfilmentInput input)
    {
        await context.CallActivityAsync(BeginFulfilment.Name, FulfilmentPlan.Of(input), Retries.Store);

        var actions = ActionOrder.Of(input.Item.Actions);
        JsonObject outputs = [];
        var failures = 0;
        foreach (var (index, action) in actions.Index())
        {
            PreparedAction? prepared = null;
            CustomCall? custom = null;
            for (var done = false; !done;)
            {
                context.SetCustomStatus(new FulfilmentProgress(action.Id, index, actions.Count, WaitsForDecision: false));
                try
                {
                    prepared ??= await PrepareAsync(context, input, action, outputs);
                    if (prepared is { Skipped: false, Type: ActionTypes.Custom })
                        custom ??= new CustomCall(context, Execution(input, prepared), prepared.Retry);
                    if (!prepared.Skipped)
                        outputs[action.Id] = (await (custom?.RunAsync() ?? ExecuteAsync(context, input, prepared))).Outputs.DeepClone();
                    done = true;
                }
                catch (TaskFailedException failure)
                {
                    failures++;
                    context.SetCustomStatus(new FulfilmentProgress(action.Id, index, actions.Count, WaitsForDecision: true));
                    var decision = await StopAsync(context, Stoppage(context, input, action, failure), failures);
                    if (decision.Kind is DecisionKind.Abort)
                        return new FulfilmentOutcome(RequestStatus.Aborted);
                }
            }
        }

        await context.CallActivityAsync(CompleteFulfilment.Name, input.RequestId, Retries.Store);
        context.SetCustomStatus(new FulfilmentProgress(null, actions.Count, actions.Count, WaitsForDecision: false));
        return new FulfilmentOutcome(RequestStatus.Completed);
    }

    private static Task<PreparedAction> PrepareAsync(
        TaskOrchestrationContext context, FulfilmentInput input, ActionDefinition action, JsonObject outputs) =>
        context.CallActivityAsync<PreparedAction>(
            PrepareAction.Name,
            new ActionPreparation(
                input.RequestId, action, input.Fields, input.Item.Metadata, RequestScope.Of(input), (JsonObject)outputs.DeepClone()),
            Retries.Store);

    // The revision stays 0: a retry sends what the first try sent, so it goes out under the same idempotency key.
    private static ActionExecution Execution(FulfilmentInput input, PreparedAction action) =>
        new(input.RequestId, action.Id, Revision: 0, action.Type, action.Config, action.Outputs, input.CorrelationId, action.Timeout);

    private static async Task<ActionResult> ExecuteAsync(
        TaskOrchestrationContext context, FulfilmentInput input, PreparedAction action)
    {
        var execution = Execution(input, action);
        while (true)
        {
            try
            {
                return await context.CallActivityAsync<ActionResult>(ExecuteActionName, execution, Retries.Of(action.Retry));
            }
            catch (TaskFailedException failure) when (Retries.IsStoreAway(failure.FailureDetails))
            {
                // The journal could not be written: that is our trouble, and costs the action none of its tries.
                await context.CreateTimer(Retries.StorePause, CancellationToken.None);
            }
        }
    }

    private static Stoppage Stoppage(
        TaskOrchestrationContext context, FulfilmentInput input, ActionDefinition action, TaskFailedException failure) =>
        new(input.RequestId, context.NewGuid(), action.Id, failure.FailureDetails.ErrorType, failure.FailureDetails.ErrorMessage);

    private static async Task<Decision> StopAsync(TaskOrchestrationContext context, Stoppage stoppage, int failures)
    {
        // Histories from before stops were numbered where they are recorded have no number; theirs is the own count.
        var number = await context.CallActivityAsync<int?>(RecordFailure.Name, stoppage, Retries.Store) ?? failures;
        while (true)
        {
            var decision = await context.WaitForExternalEvent<Decision>(Decision.EventName);
            if (decision.Failure >= number)
                return decision;

            // One that was delivered twice, or answers an earlier stop: it has had its effect. A higher number is about
            // a later stop, at which this orchestration had ended by itself; it was brought back by that decision.
        }
    }
}
