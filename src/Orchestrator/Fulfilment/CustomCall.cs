using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Activities;
using Pao.Activities.Custom;
using Pao.Catalog;
using Pao.DurableTask;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>
/// An action that somebody else's worker carries out: the hub keeps the call until a worker with this activity takes it.
/// It goes out under the same idempotency key each time, with the intent before and the receipt after it.
/// </summary>
/// <remarks>
/// A call that nobody answered in time is still open in the hub. Whoever decides to retry then waits for its answer; a
/// second call would only make the worker do it twice.
/// </remarks>
internal sealed class CustomCall(TaskOrchestrationContext context, ActionExecution execution, RetryDefinition? retry)
{
    public const string BeginName = "BeginCustomAction";
    public const string CompleteName = "CompleteCustomAction";

    private const int LargestResult = 512 * 1024;
    private const int LongestReason = 2000;

    private Task<JsonElement>? _open;

    public bool IsOf(ActionExecution other) => other.IdempotencyKey == execution.IdempotencyKey;

    public async Task<ActionResult> RunAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync();
            }
            catch (TaskFailedException failure) when (attempt < Retries.Tries(retry) && !failure.FailureDetails.IsNonRetriable && !Retries.IsRefused(failure.FailureDetails))
            {
                await context.CreateTimer(Retries.Delay(retry, attempt), CancellationToken.None);
            }
        }
    }

    private async Task<ActionResult> TryAsync()
    {
        if (await context.CallActivityAsync<ActionResult?>(BeginName, execution, Retries.Store) is { } receipt)
            return receipt;

        var result = await AnswerAsync();
        return result.Length <= LargestResult
            ? await context.CallActivityAsync<ActionResult>(CompleteName, new CustomAnswer(execution, result), Retries.Store)
            : throw await FailAsync(
                "action.response_too_large", $"The worker answered {result.Length} characters; at most {LargestResult} are taken.");
    }

    private async Task<string> AnswerAsync()
    {
        _open ??= context.CallActivityAsync<JsonElement>(Activity, Envelope(), Options());
        using var answered = new CancellationTokenSource();
        var timer = context.CreateTimer(Timeout, answered.Token);
        if (await Task.WhenAny(_open, timer) == timer)
        {
            throw await FailAsync(
                "action.timeout",
                $"No worker has answered '{Activity}' within {Timeout:g}. The call stays open: a retry waits on for its answer.");
        }

        answered.Cancel();
        var call = _open;
        _open = null;
        try
        {
            var result = await call;
            return result.ValueKind is JsonValueKind.Undefined ? "null" : result.GetRawText();
        }
        catch (TaskFailedException failure)
        {
            throw await FailAsync("action.failed", Reason(failure.FailureDetails), !failure.FailureDetails.IsNonRetriable);
        }
        catch (JsonException)
        {
            throw await FailAsync("action.unexpected_response", $"What the worker answered to '{Activity}' is not JSON.");
        }
    }

    private string Activity => execution.Config["activity"]?.GetValue<string>()
        ?? throw new InvalidOperationException($"Action {execution.Path} names no activity.");

    private TimeSpan Timeout => execution.Timeout ?? ActionExecution.DefaultCustomTimeout;

    /// <summary>All that a worker needs in order to do it once, and to say for whom.</summary>
    private JsonObject Envelope()
    {
        JsonObject envelope = new()
        {
            ["idempotency_key"] = execution.IdempotencyKey,
            ["request_id"] = execution.RequestId.ToString(),
            ["action_id"] = execution.ActionId,
            ["correlation_id"] = execution.CorrelationId,
            ["input"] = execution.Config["input"]?.DeepClone(),
        };
        if (execution.ComponentId is { } component)
            envelope["component_id"] = component;
        return envelope;
    }

    private TaskOptions Options() => new() { Version = new TaskVersion(execution.Config["version"]?.GetValue<string>() ?? "") };

    private static string Reason(TaskFailureDetails failure)
    {
        var reason = failure.ToString();
        return reason.Length <= LongestReason ? reason : reason[..LongestReason] + " …";
    }

    /// <returns>The failure as this orchestration sees it, to be thrown.</returns>
    private async Task<Exception> FailAsync(string code, string message, bool retryable = false)
    {
        try
        {
            await context.CallActivityAsync(ActionStep.FailName, new FailedAction(execution, code, message, retryable), Retries.Store);
            return new InvalidOperationException($"{ActionStep.FailName} did not fail.");
        }
        catch (TaskFailedException failure)
        {
            return failure;
        }
    }
}
