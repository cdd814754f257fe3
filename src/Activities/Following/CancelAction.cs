using Microsoft.Extensions.Logging;
using Pao.DurableTask;

namespace Pao.Activities.Following;

/// <summary>Ends an effect that goes on, because nobody wants it any more; notes that, or what is left to do by hand.</summary>
public sealed partial class CancelAction(
    IActionJournal journal, IEnumerable<IActionExecutor> executors, ILogger<CancelAction> logger)
    : TaskActivity<EffectToCancel, object?>
{
    public override async Task<object?> RunAsync(TaskActivityContext context, EffectToCancel input)
    {
        var (execution, cancellationToken) = (input.Execution, context.CancellationToken);
        using var scope = ActionScope.Begin(logger, execution);
        try
        {
            var executor = executors.FirstOrDefault(executor => executor.Type == execution.Type) as IFollowedExecutor
                ?? throw ActionFailure.Unsupported($"Actions of type '{execution.Type}' cannot be cancelled; end it by hand.");
            await executor.CancelAsync(execution, input.Handle, input.Reason, cancellationToken);
        }
        catch (ActivityFailedException failure) when (failure.Code != FailureProperties.SystemUnavailable) // which is waited for
        {
            await journal.CancelledAsync(execution, input.WaitedFor, failure.Message, cancellationToken);
            Log.Left(logger, input.WaitedFor, execution.RequestId, failure.Message);
            throw;
        }

        await journal.CancelledAsync(execution, input.WaitedFor, problem: null, cancellationToken);
        Log.Cancelled(logger, input.WaitedFor, execution.RequestId);
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Cancelled {What} of request {Request}.")]
        public static partial void Cancelled(ILogger logger, string what, Guid request);

        [LoggerMessage(2, LogLevel.Warning, "Could not cancel {What} of request {Request}: {Reason}")]
        public static partial void Left(ILogger logger, string what, Guid request, string reason);
    }
}

/// <param name="Execution">The action that made it.</param>
/// <param name="Handle">Where it is found.</param>
/// <param name="WaitedFor">For people: the ticket, the run.</param>
/// <param name="Reason">Why it is not wanted any more, for those who see it end.</param>
public sealed record EffectToCancel(ActionExecution Execution, System.Text.Json.Nodes.JsonObject Handle, string WaitedFor, string Reason);
