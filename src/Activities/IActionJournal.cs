namespace Pao.Activities;

/// <summary>
/// The durable note of what is about to be done to other people's systems, and of what was done: an intent before each
/// call, a receipt after it. Each method returns once its note is on disk.
/// </summary>
public interface IActionJournal
{
    /// <summary>Notes that an attempt begins, and counts it.</summary>
    /// <returns>The receipt, when an earlier attempt left one: then there is nothing more to do.</returns>
    Task<ActionResult?> BeginAsync(ActionExecution execution, CancellationToken cancellationToken);

    /// <summary>Notes the receipt of a successful attempt.</summary>
    Task CompleteAsync(ActionExecution execution, ActionResult result, CancellationToken cancellationToken);

    /// <summary>
    /// Notes how an attempt failed: a stable code such as <c>action.rejected</c>, a message for people with secrets
    /// masked, and whether the same attempt may succeed later.
    /// </summary>
    Task FailAsync(
        ActionExecution execution, string code, string message, bool retryable, CancellationToken cancellationToken);
}
