using System.Data.Common;
using Pao.Activities;
using Pao.Catalog;
using Pao.DurableTask;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>How patiently calls are tried again, on the engine's durable timers.</summary>
internal static class Retries
{
    private const int DefaultTries = 3;
    private const double Jitter = 0.2;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// For activities that write to our own database: it comes back, and meanwhile nothing is lost by waiting. The tries
    /// last about a week.
    /// </summary>
    public static TaskOptions Store { get; } = TaskOptions.FromRetryPolicy(
        new RetryPolicy(10_000, TimeSpan.FromSeconds(1), backoffCoefficient: 2, maxRetryInterval: LongestDelay)
        {
            HandleFailure = IsStoreAway,
        });

    /// <summary>How long to wait for our own database before an action is tried again on its account.</summary>
    public static TimeSpan StorePause { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether an activity failed because our own database could not be reached, not for what it does.</summary>
    public static bool IsStoreAway(TaskFailureDetails failure) =>
        (failure.IsCausedBy<DbException>() && !IsRefused(failure)) || failure.IsCausedBy<TimeoutException>();

    /// <summary>Whether our own database would refuse the same value again, whatever is tried.</summary>
    public static bool IsRefused(TaskFailureDetails failure) => failure.IsCausedBy<ValueRefusedException>();

    /// <summary>
    /// For an action's calls to other systems: what its author asked for, within the service's defaults, and not before the
    /// other system wants to be asked again. An action that waits for a system which is away goes on waiting: that costs it no
    /// try, and nobody needs to do anything when the system is back.
    /// </summary>
    /// <param name="retry">As the document has it.</param>
    /// <param name="mostPauses">After waiting so often for a system, the failure is the caller's: its history must not grow for ever.</param>
    public static TaskOptions Of(RetryDefinition? retry, int mostPauses = int.MaxValue)
    {
        var (tries, pauses) = (0, 0);
        return TaskOptions.FromRetryHandler(async failed =>
        {
            var failure = failed.LastFailure;
            if (IsStoreAway(failure) || IsRefused(failure))
                return false;

            var pause = FailureProperties.PauseOf(failure);
            if (!FailureProperties.IsParked(failure))
            {
                if (++tries >= Tries(retry))
                    return false;

                var delay = Jittered(Delay(retry, tries), failed.OrchestrationContext.InstanceId, tries);
                pause = delay < pause ? pause : delay;
            }
            else if (++pauses > mostPauses)
            {
                return false;
            }

            await failed.OrchestrationContext.CreateTimer(pause < ShortestPause ? ShortestPause : pause, CancellationToken.None);
            return true;
        });
    }

    /// <summary>How often an action is tried, the first time included.</summary>
    public static int Tries(RetryDefinition? retry) => retry?.Attempts + 1 ?? DefaultTries;

    /// <summary>How long to wait after a failed attempt, the first of which is number 1.</summary>
    public static TimeSpan Delay(RetryDefinition? retry, int attempt)
    {
        var delay = First(retry) * Math.Pow(Backoff(retry), attempt - 1);
        return delay < Longest(retry) ? delay : Longest(retry);
    }

    /// <summary>
    /// Somewhat shorter, so that what failed together is not tried again together. Taken from the orchestration's id:
    /// a replay comes to the same.
    /// </summary>
    private static TimeSpan Jittered(TimeSpan delay, string instanceId, int attempt)
    {
        var hash = 2166136261u;
        foreach (var c in $"{instanceId}/{attempt}")
            hash = (hash ^ c) * 16777619u;
        return delay * (1 - (Jitter * (hash % 1000 / 1000.0)));
    }

    private static TimeSpan First(RetryDefinition? retry) => retry?.InitialDelay is { Ticks: > 0 } delay ? delay : FirstDelay;

    private static double Backoff(RetryDefinition? retry) => retry?.Backoff is BackoffKind.Linear ? 1 : 2;

    private static TimeSpan Longest(RetryDefinition? retry)
    {
        var (first, longest) = (First(retry), retry?.MaxDelay ?? LongestDelay);
        return longest < first ? first : longest;
    }
}
