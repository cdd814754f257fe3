namespace Pao.Api.Health;

/// <summary>
/// A part that answers over a wire or from a disk. However many probes come, it is asked once a second at most, and given up
/// after a few seconds: probes need no key and must not be a load. While it is asked, what it said a moment ago counts: a
/// process that has much to do must not lose its callers because a probe waits in its turn.
/// </summary>
/// <param name="ask">Why the part cannot be used; null when it can.</param>
internal sealed class AskedPart(Func<CancellationToken, Task<string?>> ask, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Task<PartCheck>? _asking;
    private (PartCheck Check, long At)? _known;

    public Task<PartCheck> CheckAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_known is { } fresh && time.GetElapsedTime(fresh.At) < Freshness)
                return Task.FromResult(fresh.Check);

            if (_asking is null or { IsCompleted: true })
                _asking = AskAsync();
            return _known is { } known && time.GetElapsedTime(known.At) < Validity ? Task.FromResult(known.Check) : _asking.WaitAsync(cancellationToken);
        }
    }

    private async Task<PartCheck> AskAsync()
    {
        await Task.Yield(); // the caller holds the gate
        var check = await AnswerAsync();
        lock (_gate)
            _known = (check, time.GetTimestamp());
        return check;
    }

    private async Task<PartCheck> AnswerAsync()
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
