namespace Pao.DurableTask;

/// <summary>
/// How a failed call is tried again: before retry n (from 0) the orchestration waits
/// <c>min(firstRetryInterval × backoffCoefficientⁿ, maxRetryInterval)</c> on a durable timer.
/// </summary>
public sealed class RetryPolicy
{
    /// <param name="maxNumberOfAttempts">Tries in all, the first included.</param>
    /// <param name="firstRetryInterval">The wait before the first retry.</param>
    /// <param name="backoffCoefficient">By what the wait grows; at least 1.</param>
    /// <param name="maxRetryInterval">The longest wait; 1 hour unless given, <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
    /// <param name="retryTimeout">After this time no retry begins; by default it has no end.</param>
    public RetryPolicy(
        int maxNumberOfAttempts,
        TimeSpan firstRetryInterval,
        double backoffCoefficient = 1.0,
        TimeSpan? maxRetryInterval = null,
        TimeSpan? retryTimeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNumberOfAttempts);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstRetryInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(backoffCoefficient, 1.0);
        if (double.IsNaN(backoffCoefficient))
            throw new ArgumentOutOfRangeException(nameof(backoffCoefficient), backoffCoefficient, "The coefficient must be a number.");

        MaxNumberOfAttempts = maxNumberOfAttempts;
        FirstRetryInterval = firstRetryInterval;
        BackoffCoefficient = backoffCoefficient;
        // A first interval above the default limit was asked for, so it stands.
        MaxRetryInterval = maxRetryInterval ?? Longer(TimeSpan.FromHours(1), firstRetryInterval);
        RetryTimeout = retryTimeout ?? Timeout.InfiniteTimeSpan;

        if (MaxRetryInterval != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(MaxRetryInterval, firstRetryInterval, nameof(maxRetryInterval));

        if (RetryTimeout != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(RetryTimeout, firstRetryInterval, nameof(retryTimeout));
    }

    public int MaxNumberOfAttempts { get; }

    public TimeSpan FirstRetryInterval { get; }

    public double BackoffCoefficient { get; }

    public TimeSpan MaxRetryInterval { get; }

    public TimeSpan RetryTimeout { get; }

    /// <summary>Which failures are worth another try; all, unless set. Non-retriable ones are never tried again.</summary>
    public Func<TaskFailureDetails, bool> HandleFailure { get; init; } = static _ => true;

    /// <summary>The wait before a retry.</summary>
    /// <param name="retry">Which retry, from 0.</param>
    internal TimeSpan DelayBefore(int retry)
    {
        var ticks = FirstRetryInterval.Ticks * Math.Pow(BackoffCoefficient, retry);
        var limit = MaxRetryInterval == Timeout.InfiniteTimeSpan ? TimeSpan.FromDays(3650) : MaxRetryInterval;
        return ticks < limit.Ticks ? TimeSpan.FromTicks((long)ticks) : limit;
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
