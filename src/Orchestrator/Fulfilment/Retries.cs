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
    public static TaskOptions Of(RetryDefinition? retry)
    {
        var first = retry?.InitialDelay is { Ticks: > 0 } delay ? delay : FirstDelay;
        var longest = retry?.MaxDelay ?? LongestDelay;
        return TaskOptions.FromRetryPolicy(new RetryPolicy(
            maxNumberOfAttempts: retry?.Attempts + 1 ?? DefaultTries,
            first,
            backoffCoefficient: retry?.Backoff is BackoffKind.Linear ? 1 : 2,
            maxRetryInterval: longest < first ? first : longest)
        {
            HandleFailure = failure => !IsStoreAway(failure),
        });
    }
}
