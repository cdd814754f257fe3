namespace Pao.Catalog.Loading;

/// <summary>
/// Loads one after the other. Whoever asks while one runs gets the next one, because the running one may have looked already,
/// and shares it with all who ask until it begins: there is never more than one that runs and one that waits.
/// </summary>
internal sealed class LoadTurns<T>(Func<CancellationToken, Task<T>> load) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private Task<T>? _next;

    /// <summary>A caller who goes away leaves the load to the others.</summary>
    public Task<T> LoadAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return (_next ??= RunAsync(_stop.Token)).WaitAsync(cancellationToken);
        }
    }

    /// <summary>Cancels what runs, and waits for its end as long as the caller has patience.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        try
        {
            await _turn.WaitAsync(cancellationToken);
            _turn.Release();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What does not end is left behind; others may have used up the host's patience, too.
        }
    }

    public void Dispose() => _stop.Cancel(); // what runs still needs the rest, which holds nothing of the system

    private async Task<T> RunAsync(CancellationToken cancellationToken)
    {
        await Task.Yield(); // the caller holds the gate, and a source may keep its thread: a folder of a network that is down
        await _turn.WaitAsync(cancellationToken);
        try
        {
            lock (_gate)
            {
                _next = null;
            }

            return await load(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }
}
