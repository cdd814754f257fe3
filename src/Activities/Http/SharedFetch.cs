namespace Pao.Activities.Http;

/// <summary>Something that is fetched when it is needed and kept while it is good. Who needs it meanwhile waits for one fetch.</summary>
internal sealed class SharedFetch<T>
    where T : class
{
    private readonly Lock _gate = new();
    private Task<T>? _latest;

    /// <summary>What is kept; null while there is none.</summary>
    public T? Known => _latest is { IsCompletedSuccessfully: true } known ? known.GetAwaiter().GetResult() : null;

    /// <param name="isGood">Whether what is kept can still be used.</param>
    /// <param name="fetch">Given what is kept; it does not end with the one that happened to begin it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<T> GetAsync(Func<T, bool> isGood, Func<T?, Task<T>> fetch, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // A failure is for those who waited for it; who comes later fetches again.
            var known = Known;
            if (_latest is null || (_latest.IsCompleted && (known is null || !isGood(known))))
                _latest = fetch(known);
            return _latest.WaitAsync(cancellationToken);
        }
    }
}
