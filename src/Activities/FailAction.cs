using Pao.DurableTask;

namespace Pao.Activities;

/// <summary>Notes how an attempt failed that no activity made: somebody else's worker did, or time ran out. It fails in the same way.</summary>
public sealed class FailAction(IActionJournal journal) : TaskActivity<FailedAction, object?>
{
    public override async Task<object?> RunAsync(TaskActivityContext context, FailedAction input)
    {
        var setback = new ActionSetback(input.Code, input.Message, input.Retryable, ActionEffect.Unknown);
        await journal.FailAsync(input.Execution, setback, context.CancellationToken);
        throw new ActionFailedException(input.Code, input.Message, input.Retryable, ActionEffect.Unknown);
    }
}

/// <summary>How an attempt failed: a stable code, a message for people, and whether it is tried again by itself.</summary>
public sealed record FailedAction(ActionExecution Execution, string Code, string Message, bool Retryable);
