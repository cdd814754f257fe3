using Microsoft.Extensions.Logging;
using Pao.DurableTask;

namespace Pao.Activities.Following;

/// <summary>Reads from its source where an effect stands, and notes what has changed.</summary>
public sealed partial class FollowAction(
    IActionJournal journal, IEnumerable<IActionExecutor> executors, ILogger<FollowAction> logger)
    : TaskActivity<EffectLook, ActionStanding>
{
    public override async Task<ActionStanding> RunAsync(TaskActivityContext context, EffectLook input)
    {
        var (execution, cancellationToken) = (input.Execution, context.CancellationToken);
        using var scope = ActionScope.Begin(logger, execution);

        // A person may have said what came of it.
        if (await journal.FindAsync(execution, cancellationToken) is ActionIntent.Done done)
            return new ActionStanding(done.Receipt, Waiting: null);

        var progress = await ReadAsync(input, cancellationToken);

        CrashPoint.Reach("action.after-look");
        switch (progress)
        {
            case ActionProgress.Done ended:
                await journal.CompleteAsync(execution, ended.Result, cancellationToken);
                Log.Done(logger, execution.Path, execution.RequestId);
                break;
            case ActionProgress.Waiting waiting:
                await journal.FollowAsync(execution, waiting, new Follower(context.InstanceId, input.Until), cancellationToken);
                break;
        }

        CrashPoint.Reach("action.after-look-noted");
        return ActionStanding.Of(progress);
    }

    private async Task<ActionProgress> ReadAsync(EffectLook look, CancellationToken cancellationToken)
    {
        var execution = look.Execution;
        try
        {
            var executor = executors.FirstOrDefault(executor => executor.Type == execution.Type) as IFollowedExecutor
                ?? throw ActionFailure.Unsupported($"Actions of type '{execution.Type}' are not followed by this version.");
            return await executor.FollowAsync(execution, look.Waiting.Handle, cancellationToken);
        }
        catch (ActivityFailedException failure)
        {
            // What was refused here is the question: the effect is there, unless it says itself that it is over.
            var effect = failure is ActionFailedException { Effect: ActionEffect.Ended } ? ActionEffect.Ended : ActionEffect.Unknown;
            var setback = new ActionSetback(failure.Code, failure.Message, failure.Retryable, effect);

            // An outage of a night is one line, not one for each look.
            if (!failure.Retryable || look.Misses == 0)
                await journal.FailAsync(execution, setback, cancellationToken);
            Log.Failed(logger, execution.Path, execution.RequestId, failure.Code, failure.Message);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Action {Action} of request {Request} is done.")]
        public static partial void Done(ILogger logger, string action, Guid request);

        [LoggerMessage(2, LogLevel.Warning, "Action {Action} of request {Request} was looked at and failed with {Code}: {Reason}")]
        public static partial void Failed(ILogger logger, string action, Guid request, string code, string reason);
    }
}
