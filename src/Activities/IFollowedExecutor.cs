using System.Text.Json.Nodes;

namespace Pao.Activities;

/// <summary>An executor whose effect goes on after the call that began it: a ticket that somebody resolves, a run.</summary>
public interface IFollowedExecutor : IActionExecutor
{
    /// <summary>Reads from its source where the effect stands. Events are hints to call this; it never trusts one.</summary>
    /// <param name="execution">The action.</param>
    /// <param name="handle">Of the last <see cref="ActionProgress.Waiting"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ActionFailedException">
    /// Retryable: the source could not be read, and is read again later, for as long as the action may wait. Else the action
    /// has failed; with <see cref="ActionEffect.Ended"/> a retry makes the effect anew, under a new key.
    /// </exception>
    Task<ActionProgress> FollowAsync(ActionExecution execution, JsonObject handle, CancellationToken cancellationToken);

    /// <summary>Ends what goes on, because a person gave the request up. Something that has ended already is no failure.</summary>
    /// <exception cref="ActionFailedException">It could not be ended; the message tells a person what is left to do.</exception>
    Task CancelAsync(ActionExecution execution, JsonObject handle, string reason, CancellationToken cancellationToken);
}
