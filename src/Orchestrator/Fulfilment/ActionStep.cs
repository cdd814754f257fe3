using System.Text.Json.Nodes;
using Pao.Activities;
using Pao.Catalog;
using Pao.DurableTask;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>
/// One action: prepare (rendered once, so that every retry sends the same), then execute. Run again after a failure, it
/// goes on where it was.
/// </summary>
internal sealed class ActionStep(TaskOrchestrationContext context, ActionScope scope, ActionDefinition action)
{
    public const string ExecuteName = "ExecuteAction";

    private PreparedAction? _prepared;
    private CustomCall? _custom;

    /// <param name="outputs">Of the actions before it, by action id.</param>
    /// <returns>Its own outputs; null when its condition leaves it out.</returns>
    /// <exception cref="TaskFailedException">It failed, after all tries that its author allows.</exception>
    public async Task<JsonObject?> RunAsync(JsonObject outputs)
    {
        _prepared ??= await PrepareAsync(outputs);
        if (_prepared.Skipped)
            return null;

        if (_prepared.Type == ActionTypes.Custom)
            _custom ??= new CustomCall(context, Execution(_prepared), _prepared.Retry);
        var result = await (_custom?.RunAsync() ?? ExecuteAsync(_prepared));
        return (JsonObject)result.Outputs.DeepClone();
    }

    private Task<PreparedAction> PrepareAsync(JsonObject outputs) =>
        context.CallActivityAsync<PreparedAction>(
            PrepareAction.Name,
            new ActionPreparation(
                scope.RequestId, action, scope.Fields, scope.Metadata, scope.Request, (JsonObject)outputs.DeepClone())
            {
                ComponentId = scope.ComponentId,
            },
            Retries.Store);

    // The revision stays 0: a retry sends what the first try sent, so it goes out under the same idempotency key.
    private ActionExecution Execution(PreparedAction prepared) =>
        new(
            scope.RequestId, prepared.Id, Revision: 0, prepared.Type, prepared.Config, prepared.Outputs, scope.CorrelationId,
            prepared.Timeout)
        {
            ComponentId = scope.ComponentId,
        };

    private async Task<ActionResult> ExecuteAsync(PreparedAction prepared)
    {
        var execution = Execution(prepared);
        while (true)
        {
            try
            {
                var standing = await context.CallActivityAsync<ActionStanding>(ExecuteName, execution, Retries.Of(prepared.Retry));
                return standing.Result ?? throw new NotSupportedException($"Action {execution.Path} waits, which comes with the next change.");
            }
            catch (TaskFailedException failure) when (Retries.IsStoreAway(failure.FailureDetails))
            {
                // The journal could not be written: that is our trouble, and costs the action none of its tries.
                await context.CreateTimer(Retries.StorePause, CancellationToken.None);
            }
        }
    }
}
