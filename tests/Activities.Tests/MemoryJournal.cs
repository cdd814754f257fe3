namespace Pao.Activities.Tests;

/// <summary>Keeps the journal's notes in the order they are made.</summary>
internal sealed class MemoryJournal : IActionJournal
{
    public List<string> Notes { get; } = [];

    public ActionResult? Receipt { get; set; }

    public Task<ActionResult?> BeginAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        Notes.Add($"intent {execution.IdempotencyKey}");
        return Task.FromResult(Receipt);
    }

    public Task CompleteAsync(ActionExecution execution, ActionResult result, CancellationToken cancellationToken)
    {
        Receipt = result;
        Notes.Add("receipt");
        return Task.CompletedTask;
    }

    public Task FailAsync(
        ActionExecution execution, string code, string message, bool retryable, CancellationToken cancellationToken)
    {
        Notes.Add($"failure {code} {(retryable ? "retryable" : "final")}: {message}");
        return Task.CompletedTask;
    }
}
