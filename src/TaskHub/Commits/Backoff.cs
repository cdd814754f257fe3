namespace Pao.TaskHub.Commits;

/// <summary>Waiting times that double from the first to the last, with jitter, until reset.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan last)
{
    private TimeSpan? _next;

    public TimeSpan Next()
    {
        var wait = _next ?? first;
        _next = TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, last.Ticks));
#pragma warning disable CA5394 // Spreads retries; nothing secret hangs on it.
        return wait * (0.5 + (Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
    }

    public void Reset() => _next = null;
}
