namespace Pao.Api.Health;

/// <summary>
/// A part that answers over a wire or from a disk. However many probes come, it is asked once a second at most, and given up
/// after a few seconds: probes need no key and must not be a load.
/// </summary>
/// <param name="ask">Why the part cannot be used; null when it can.</param>
internal sealed class AskedPart(Func<CancellationToken, Task<string?>> ask, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Task<PartCheck>? _last;
    private long _asked;

    public Task<PartCheck> CheckAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_last is not { } last || (last.IsCompleted && time.GetElapsedTime(_asked) >= Freshness))
            {
                _asked = time.GetTimestamp();
                _last = AskAsync();
            }

            return _last.WaitAsync(cancellationToken);
        }
    }

    private async Task<PartCheck> AskAsync()
    {
        var asked = time.GetTimestamp();
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            // Not every driver looks at the token while it waits.
            var reason = await ask(patience.Token).WaitAsync(patience.Token);
            return new PartCheck(reason, time.GetElapsedTime(asked));
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return new PartCheck($"No answer within {Patience.TotalSeconds} s.", time.GetElapsedTime(asked));
        }
    }
}
