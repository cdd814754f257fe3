using Microsoft.Extensions.Logging;
using Pao.DurableTask;

namespace Pao.Activities;

/// <summary>
/// Carries out one action: notes the intent, calls the other system, notes the receipt. A repeated execution that finds
/// a receipt makes no call; one that does not, calls again with the same idempotency key.
/// </summary>
public sealed partial class ExecuteAction(
    IActionJournal journal, IEnumerable<IActionExecutor> executors, ILogger<ExecuteAction> logger)
    : TaskActivity<ActionExecution, ActionResult>
{
    public override async Task<ActionResult> RunAsync(TaskActivityContext context, ActionExecution input)
    {
        var cancellationToken = context.CancellationToken;

        CrashPoint.Reach("action.before-intent");
        if (await journal.BeginAsync(input, cancellationToken) is { } receipt)
        {
            Log.ReceiptFound(logger, input.Path, input.RequestId);
            return receipt;
        }

        CrashPoint.Reach("action.after-intent");
        var result = await CallAsync(input, cancellationToken);

        CrashPoint.Reach("action.before-receipt");
        await journal.CompleteAsync(input, result, cancellationToken);
        CrashPoint.Reach("action.after-receipt");

        Log.Done(logger, input.Path, input.RequestId);
        return result;
    }

    private async Task<ActionResult> CallAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        try
        {
            var executor = executors.FirstOrDefault(executor => executor.Type == execution.Type)
                ?? throw ActionFailure.Unsupported($"Actions of type '{execution.Type}' are not supported by this version.");

            CrashPoint.Reach("action.before-call");
            var result = await executor.ExecuteAsync(execution, cancellationToken);
            CrashPoint.Reach("action.after-call");
            return result;
        }
        catch (ActivityFailedException failure)
        {
            await journal.FailAsync(execution, failure.Code, failure.Message, failure.Retryable, cancellationToken);
            Log.Failed(logger, execution.Path, execution.RequestId, failure.Code, failure.Message);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Action {Action} of request {Request} is done.")]
        public static partial void Done(ILogger logger, string action, Guid request);

        [LoggerMessage(2, LogLevel.Information, "Action {Action} of request {Request} was done before; nothing is called.")]
        public static partial void ReceiptFound(ILogger logger, string action, Guid request);

        [LoggerMessage(3, LogLevel.Warning, "Action {Action} of request {Request} failed with {Code}: {Reason}")]
        public static partial void Failed(ILogger logger, string action, Guid request, string code, string reason);
    }
}
