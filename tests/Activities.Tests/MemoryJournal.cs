using Pao.Activities.Following;

namespace Pao.Activities.Tests;

/// <summary>Keeps the journal's notes in the order they are made.</summary>
internal sealed class MemoryJournal : IActionJournal
{
    public List<string> Notes { get; } = [];

    /// <summary>What is known of the effect of each attempt that failed.</summary>
    public List<ActionEffect> Effects { get; } = [];

    public ActionResult? Receipt { get; set; }

    public ActionIntent Intent { get; set; } = new ActionIntent.Fresh();

    public Task<ActionIntent> BeginAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        Notes.Add($"intent {execution.IdempotencyKey}");
        return Task.FromResult(Receipt is null ? Intent : new ActionIntent.Done(Receipt));
    }

    public Task<ActionIntent> FindAsync(ActionExecution execution, CancellationToken cancellationToken) =>
        Task.FromResult(Receipt is null ? Intent : new ActionIntent.Done(Receipt));

    public Task ParkAsync(ActionExecution execution, ParkedAction parked, CancellationToken cancellationToken)
    {
        Notes.Add($"parked {parked.System} {parked.Intent}");
        return Task.CompletedTask;
    }

    public Task ProbedAsync(ActionExecution execution, ProbeVerdict verdict, CancellationToken cancellationToken)
    {
        Notes.Add($"verdict {verdict.GetType().Name}");
        return Task.CompletedTask;
    }

    public Task WaitAsync(ActionExecution execution, ActionProgress.Waiting waiting, CancellationToken cancellationToken)
    {
        Notes.Add($"waits for {waiting.WaitsFor}");
        return Task.CompletedTask;
    }

    public Task FollowAsync(
        ActionExecution execution, ActionProgress.Waiting waiting, Follower follower, CancellationToken cancellationToken)
    {
        Notes.Add($"{follower.InstanceId} follows {waiting.WaitsFor}");
        return Task.CompletedTask;
    }

    public Task CompleteAsync(ActionExecution execution, ActionResult result, CancellationToken cancellationToken)
    {
        Receipt = result;
        Notes.Add("receipt");
        return Task.CompletedTask;
    }

    public Task FailAsync(ActionExecution execution, ActionSetback setback, CancellationToken cancellationToken)
    {
        Notes.Add($"failure {setback.Code} {(setback.Retryable ? "retryable" : "final")}: {setback.Message}");
        Effects.Add(setback.Effect);
        return Task.CompletedTask;
    }
}
