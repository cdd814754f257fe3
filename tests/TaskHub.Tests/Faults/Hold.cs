namespace Pao.TaskHub.Tests.Faults;

/// <summary>Keeps one of the hub's own threads at a place until the test has made its move.</summary>
internal sealed class Hold : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _go = new();
    private int _passes;

    /// <summary>Ends when a thread has come to the place.</summary>
    public Task Reached => _reached.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Stops the first thread that comes here when the condition is true; the others pass.</summary>
    public void Stop(bool condition)
    {
        if (!condition || Interlocked.Increment(ref _passes) > 1)
            return;

        _reached.TrySetResult();
        _go.Wait(Patience);
    }

    public void LetGo() => _go.Set();

    public void Dispose() => _go.Set(); // the thread may still be at it
}
