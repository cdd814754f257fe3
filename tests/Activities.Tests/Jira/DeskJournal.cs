using Pao.Activities.Following;

namespace Pao.Activities.Tests.Jira;

/// <summary>Remembers what is known of one action's effect, as the store does: from the intent to the receipt.</summary>
internal sealed class DeskJournal : IActionJournal
{
    private bool _isOpen;
    private ActionProgress.Waiting? _waiting;
    private ActionResult? _receipt;

    public List<string> Notes { get; } = [];

    /// <summary>What was last said of the effect of an attempt that failed.</summary>
    public ActionEffect? LastEffect { get; private set; }

    public Task<ActionIntent> FindAsync(ActionExecution execution, CancellationToken cancellationToken) => Task.FromResult(Intent());

    public Task ParkAsync(ActionExecution execution, ParkedAction parked, CancellationToken cancellationToken)
    {
        _isOpen = parked.Intent is ParkedIntent.Open;
        Notes.Add($"parked {parked.System}");
        return Task.CompletedTask;
    }

    public Task<ActionIntent> BeginAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var intent = Intent();
        _isOpen = true;
        Notes.Add($"intent {intent.GetType().Name}");
        return Task.FromResult(intent);
    }

    private ActionIntent Intent() => (_receipt, _waiting, _isOpen) switch
    {
        ({ } receipt, _, _) => new ActionIntent.Done(receipt),
        (_, { } waiting, _) => new ActionIntent.Waiting(waiting),
        (_, _, true) => new ActionIntent.Unsure(),
        _ => new ActionIntent.Fresh(),
    };

    /// <summary>As if the process had been killed with the intent written, and what came of it not.</summary>
    public void ForgetReceipt() => (_waiting, _receipt, _isOpen) = (null, null, true);

    /// <summary>As if it were another action's.</summary>
    public void Forget() => (_waiting, _receipt, _isOpen) = (null, null, false);

    public Task ProbedAsync(ActionExecution execution, ProbeVerdict verdict, CancellationToken cancellationToken)
    {
        Notes.Add($"verdict {verdict.GetType().Name}");
        return Task.CompletedTask;
    }

    public Task WaitAsync(ActionExecution execution, ActionProgress.Waiting waiting, CancellationToken cancellationToken)
    {
        _waiting = waiting;
        Notes.Add("waits");
        return Task.CompletedTask;
    }

    public Task FollowAsync(
        ActionExecution execution, ActionProgress.Waiting waiting, Follower follower, CancellationToken cancellationToken)
    {
        _waiting = waiting;
        return Task.CompletedTask;
    }

    public Task CompleteAsync(ActionExecution execution, ActionResult result, CancellationToken cancellationToken)
    {
        _receipt = result;
        Notes.Add("receipt");
        return Task.CompletedTask;
    }

    public Task CancelledAsync(ActionExecution execution, string waitedFor, string? problem, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task FailAsync(ActionExecution execution, ActionSetback setback, CancellationToken cancellationToken)
    {
        if (setback.Effect is not ActionEffect.Unknown)
            (_isOpen, _waiting) = (false, null);
        LastEffect = setback.Effect;
        Notes.Add($"{setback.Code} {setback.Effect}");
        return Task.CompletedTask;
    }
}
