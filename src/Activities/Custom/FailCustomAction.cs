using Pao.DurableTask;

namespace Pao.Activities.Custom;

/// <summary>Notes how an attempt of somebody else's worker failed, and fails in the same way.</summary>
public sealed class FailCustomAction(IActionJournal journal) : TaskActivity<CustomFailure, object?>
{
    public override async Task<object?> RunAsync(TaskActivityContext context, CustomFailure input)
    {
        var setback = new ActionSetback(input.Code, input.Message, input.Retryable, ActionEffect.Unknown);
        await journal.FailAsync(input.Execution, setback, context.CancellationToken);
        throw new ActivityFailedException(input.Code, input.Message, input.Retryable);
    }
}

/// <summary>How an attempt failed: a stable code, a message for people, and whether it is tried again by itself.</summary>
public sealed record CustomFailure(ActionExecution Execution, string Code, string Message, bool Retryable);
