namespace Pao.DurableTask.Worker;

/// <summary>Counts what runs, so that a worker that stops can let it finish.</summary>
internal sealed class RunningItems
{
    private readonly TaskCompletionSource _none = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // The worker itself counts as one until it takes nothing new.
    private int _count = 1;

    public void Begin() => Interlocked.Increment(ref _count);

    public void End()
    {
        if (Interlocked.Decrement(ref _count) == 0)
            _none.TrySetResult();
    }

    /// <summary>Ends once nothing runs; called once, when nothing new is begun any more.</summary>
    public Task CompleteAsync()
    {
        End();
        return _none.Task;
    }
}
