using Pao.Activities.Following;

namespace Pao.Activities;

/// <summary>
/// The durable note of what is about to be done to other people's systems, and of what was done: an intent before each
/// call, a receipt after it. Each method returns once its note is on disk.
/// </summary>
public interface IActionJournal
{
    /// <summary>Notes the intent of an attempt and counts it, unless the action is done or its effect goes on.</summary>
    Task<ActionIntent> BeginAsync(ActionExecution execution, CancellationToken cancellationToken);

    /// <summary>What is known of earlier attempts; nothing is noted.</summary>
    Task<ActionIntent> FindAsync(ActionExecution execution, CancellationToken cancellationToken);

    /// <summary>Notes that an action waits for an external system. That is no attempt, and no failure.</summary>
    Task ParkAsync(ActionExecution execution, ParkedAction parked, CancellationToken cancellationToken);

    /// <summary>Notes what a probe found about an earlier attempt.</summary>
    Task ProbedAsync(ActionExecution execution, ProbeVerdict verdict, CancellationToken cancellationToken);

    /// <summary>Notes the receipt of an effect that goes on: where it is found again.</summary>
    Task WaitAsync(ActionExecution execution, ActionProgress.Waiting waiting, CancellationToken cancellationToken);

    /// <summary>Notes where an effect that goes on stands now, and who follows it.</summary>
    Task FollowAsync(
        ActionExecution execution, ActionProgress.Waiting waiting, Follower follower, CancellationToken cancellationToken);

    /// <summary>Notes the receipt of a successful attempt.</summary>
    Task CompleteAsync(ActionExecution execution, ActionResult result, CancellationToken cancellationToken);

    /// <summary>Notes how an attempt failed. The intent stands unless the effect is known not to have happened, or to be over.</summary>
    Task FailAsync(ActionExecution execution, ActionSetback setback, CancellationToken cancellationToken);
}

/// <summary>How an attempt failed.</summary>
/// <param name="Code">For programs, such as <c>action.rejected</c>.</param>
/// <param name="Message">For people, with secrets masked.</param>
/// <param name="Retryable">Whether the same attempt may succeed later.</param>
/// <param name="Effect">What is known of its effect.</param>
public sealed record ActionSetback(string Code, string Message, bool Retryable, ActionEffect Effect);

/// <summary>Which system an action waits for.</summary>
/// <param name="System">Its name.</param>
/// <param name="Since">Since when that has been away; null when it is only busy.</param>
/// <param name="Reason">For people: why, and since when.</param>
/// <param name="Intent">What the attempt that found it out had noted: nothing, or an intent, which is settled or stands.</param>
public sealed record ParkedAction(string System, DateTimeOffset? Since, string Reason, ParkedIntent Intent);

public enum ParkedIntent
{
    /// <summary>It asked before it noted anything.</summary>
    None,

    /// <summary>It noted an intent, and nothing was sent.</summary>
    Settled,

    /// <summary>It noted an intent, and its call was the test of the system, which failed.</summary>
    Open,
}
