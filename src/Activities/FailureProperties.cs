using Pao.Activities.Resilience;
using Pao.DurableTask;

namespace Pao.Activities;

/// <summary>What a failure tells the orchestration beside its code and message.</summary>
public static class FailureProperties
{
    /// <summary>The code of an action that waits for a system: no try, and no failure of the request.</summary>
    public const string SystemUnavailable = "action.system_unavailable";

    /// <summary>Seconds before which the action must not be tried again.</summary>
    private const string RetryAfter = "retry_after";

    private const string System = "system";
    private const string Since = "since";
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>How long the other system asked to be left alone; nothing when it did not.</summary>
    public static TimeSpan PauseOf(TaskFailureDetails failure) =>
        failure.Properties?.TryGetValue(RetryAfter, out var value) is true && value is double seconds and > 0 ? Bounded(TimeSpan.FromSeconds(seconds)) : TimeSpan.Zero;

    /// <summary>Whether the action waits for an external system, which costs it none of its tries.</summary>
    public static bool IsParked(TaskFailureDetails failure) => failure.ErrorType == SystemUnavailable;

    /// <summary>Which system a parked action waits for, and since when that has been away.</summary>
    internal static (string System, DateTimeOffset? Since) ParkedAt(ActivityFailedException parked) => (
        parked.Properties?[System] as string ?? "",
        parked.Properties?[Since] is string since
            ? DateTimeOffset.Parse(since, global::System.Globalization.CultureInfo.InvariantCulture)
            : null);

    internal static Dictionary<string, object?> Of(Admission.Parked parked) => new()
    {
        [System] = parked.System,
        [Since] = parked.Since?.ToString("O", global::System.Globalization.CultureInfo.InvariantCulture),
        [RetryAfter] = parked.Wait.TotalSeconds,
    };

    /// <summary>What to tell of an answer's <c>Retry-After</c>; null when it has none.</summary>
    internal static Dictionary<string, object?>? Of(TimeSpan? pause) =>
        pause is { Ticks: > 0 } given ? new() { [RetryAfter] = Bounded(given).TotalSeconds } : null;

    private static TimeSpan Bounded(TimeSpan pause) => pause < LongestPause ? pause : LongestPause;
}
