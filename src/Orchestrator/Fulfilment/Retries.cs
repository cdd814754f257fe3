using System.Data.Common;
using Pao.Catalog;
using Pao.DurableTask;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>How patiently calls are tried again, on the engine's durable timers.</summary>
internal static class Retries
{
    private const int DefaultTries = 3;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(60);

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
        failure.IsCausedBy<DbException>() || failure.IsCausedBy<TimeoutException>();

    /// <summary>For an action's calls to other systems: what its author asked for, within the service's defaults.</summary>
    public static TaskOptions Of(RetryDefinition? retry) => TaskOptions.FromRetryPolicy(
        new RetryPolicy(Tries(retry), First(retry), Backoff(retry), Longest(retry))
        {
            HandleFailure = failure => !IsStoreAway(failure),
        });

    /// <summary>How often an action is tried, the first time included.</summary>
    public static int Tries(RetryDefinition? retry) => retry?.Attempts + 1 ?? DefaultTries;

    /// <summary>How long to wait after a failed attempt, the first of which is number 1.</summary>
    public static TimeSpan Delay(RetryDefinition? retry, int attempt)
    {
        var delay = First(retry) * Math.Pow(Backoff(retry), attempt - 1);
        return delay < Longest(retry) ? delay : Longest(retry);
    }

    private static TimeSpan First(RetryDefinition? retry) => retry?.InitialDelay is { Ticks: > 0 } delay ? delay : FirstDelay;

    private static double Backoff(RetryDefinition? retry) => retry?.Backoff is BackoffKind.Linear ? 1 : 2;

    private static TimeSpan Longest(RetryDefinition? retry)
    {
        var (first, longest) = (First(retry), retry?.MaxDelay ?? LongestDelay);
        return longest < first ? first : longest;
    }
}
