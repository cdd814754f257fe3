namespace Pao.DurableTask.Replay;

/// <summary>Calls again what failed, with durable timers in between.</summary>
internal static class Retries
{
    public static Task<string?> RunAsync(TaskOrchestrationContext context, TaskRetryOptions retry, Func<Task<string?>> call) =>
        retry switch
        {
            { Policy: { } policy } => RunAsync(context, policy, call),
            { Handler: { } handler } => RunAsync(context, handler, call),
            _ => call(),
        };

    private static async Task<string?> RunAsync(TaskOrchestrationContext context, RetryPolicy policy, Func<Task<string?>> call)
    {
        var begun = context.CurrentUtcDateTime;
        for (var retry = 0; ; retry++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException e)
            {
                if (!MayRetry(policy, e.FailureDetails, retry, context.CurrentUtcDateTime - begun))
                    throw;
            }

            await context.CreateTimer(policy.DelayBefore(retry), CancellationToken.None);
        }
    }

    private static async Task<string?> RunAsync(TaskOrchestrationContext context, AsyncRetryHandler handler, Func<Task<string?>> call)
    {
        var begun = context.CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException e)
            {
                var elapsed = context.CurrentUtcDateTime - begun;
                var failure = new RetryContext(context, attempt, e.FailureDetails, elapsed, CancellationToken.None);
                if (e.FailureDetails.IsNonRetriable || !await handler(failure))
                    throw;
            }
        }
    }

    private static bool MayRetry(RetryPolicy policy, TaskFailureDetails failure, int retry, TimeSpan elapsed) =>
        !failure.IsNonRetriable
        && retry + 1 < policy.MaxNumberOfAttempts
        && (policy.RetryTimeout == Timeout.InfiniteTimeSpan || elapsed < policy.RetryTimeout)
        && policy.HandleFailure(failure);
}
