using System.Text.Json.Nodes;
using Pao.Activities;
using Pao.Catalog;
using Pao.DurableTask;
using Pao.Orchestrator.Following;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>
/// One action: prepare (rendered once, so that every retry sends the same), execute, and wait for its effect where that
/// goes on. Run again after a failure, it goes on where it was.
/// </summary>
/// <param name="context">The orchestration.</param>
/// <param name="scope">For whom it is carried out.</param>
/// <param name="action">As the document has it.</param>
/// <param name="show">Shows in the orchestration's status what the action waits for.</param>
internal sealed class ActionStep(TaskOrchestrationContext context, ActionScope scope, ActionDefinition action, Action<string> show)
{
    public const string ExecuteName = "ExecuteAction";
    public const string FailName = "FailAction";

    private CustomCall? _custom;

    /// <param name="outputs">Of the actions before it, by action id.</param>
    /// <returns>Its own outputs; null when its condition leaves it out.</returns>
    /// <exception cref="TaskFailedException">It failed, after all tries that its author allows.</exception>
    public async Task<JsonObject?> RunAsync(JsonObject outputs)
    {
        // Asked again after each stop: what was prepared is kept with the request, and a person may have changed it.
        var step = await PrepareAsync(outputs);
        if (step.Action.Skipped)
            return null;

        var execution = Execution(step);
        var result = step.Action.Type == ActionTypes.Custom
            ? await CustomOf(execution, step.Action.Retry).RunAsync()
            : await ExecuteAsync(execution, step.Action.Retry);
        return (JsonObject)result.Outputs.DeepClone();
    }

    // A call that nobody has answered yet is still open; it is for the content that it was made with.
    private CustomCall CustomOf(ActionExecution execution, RetryDefinition? retry) =>
        _custom is { } open && open.IsOf(execution) ? open : _custom = new CustomCall(context, execution, retry);

    private Task<PreparedStep> PrepareAsync(JsonObject outputs) =>
        context.CallActivityAsync<PreparedStep>(
            PrepareAction.Name,
            new ActionPreparation(
                scope.RequestId, action, scope.Fields, scope.Metadata, scope.Request, (JsonObject)outputs.DeepClone())
            {
                ComponentId = scope.ComponentId,
            },
            Retries.Store);

    private ActionExecution Execution(PreparedStep step) =>
        new(
            scope.RequestId, step.Action.Id, step.Revision, step.Action.Type, step.Action.Config, step.Action.Outputs,
            scope.CorrelationId, step.Action.Timeout)
        {
            ComponentId = scope.ComponentId,
            // A custom action names no secrets, so that nobody asks whose it is.
            Origin = step.Action.Type != ActionTypes.Custom && (string?)scope.Metadata["id"] is { } item
                ? new ActionOrigin(item, (string?)scope.Metadata["owner"]?["team"])
                : null,
        };

    private async Task<ActionResult> ExecuteAsync(ActionExecution execution, RetryDefinition? retry)
    {
        while (true)
        {
            try
            {
                var standing = await AttemptAsync(execution, retry);
                return standing.Waiting is { } waiting
                    ? await AwaitAsync(execution, waiting)
                    : standing.Result ?? throw new InvalidOperationException($"Action {execution.Path} is neither done nor waits.");
            }
            catch (TaskFailedException failure) when (Retries.IsStoreAway(failure.FailureDetails))
            {
                // The journal could not be written: that is our trouble, and costs the action none of its tries.
                await context.CreateTimer(Retries.StorePause, CancellationToken.None);
            }
        }
    }

    private async Task<ActionStanding> AttemptAsync(ActionExecution execution, RetryDefinition? retry)
    {
        try
        {
            return await context.CallActivityAsync<ActionStanding>(ExecuteName, execution, Retries.Of(retry, OutlastOutage.Pauses));
        }
        catch (TaskFailedException parked) when (FailureProperties.IsParked(parked.FailureDetails))
        {
            show(parked.FailureDetails.ErrorMessage);
            var outcome = await context.CallSubOrchestratorAsync<CarriedOut>(
                OutlastOutage.Name, new ParkedExecution(execution, retry), new SubOrchestrationOptions(instanceId: ChildId(execution)));
            return outcome.Standing ?? throw new TaskFailedException(
                OutlastOutage.Name, taskId: 0, outcome.Failure ?? throw new InvalidOperationException("It neither stands nor failed."));
        }
    }

    private async Task<ActionResult> AwaitAsync(ActionExecution execution, ActionProgress.Waiting waiting)
    {
        show(waiting.WaitsFor);
        var outcome = await context.CallSubOrchestratorAsync<AwaitedOutcome>(
            AwaitAction.Name,
            AwaitedEffect.Of(execution, waiting, context.CurrentUtcDateTime),
            new SubOrchestrationOptions(instanceId: ChildId(execution)));
        return outcome.Result ?? throw new TaskFailedException(
            AwaitAction.Name, taskId: 0, outcome.Failure ?? throw new InvalidOperationException("It neither ended nor failed."));
    }

    // It begins with the request's id, so that whoever ends the request's orchestrations finds it; and is new each time.
    private string ChildId(ActionExecution execution) =>
        $"{execution.RequestId}:{execution.Path.Replace('/', ':')}:{context.NewGuid():n}";
}
