using Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Replay;

/// <summary>
/// Events from outside and who waits for them, by name. An event goes to the newest that waits; when nobody does it is
/// kept, and the oldest kept one is given out first.
/// </summary>
internal sealed class ExternalEvents
{
    private readonly Dictionary<string, LinkedList<TaskCompletionSource<string?>>> _waiting = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Queue<(int Arrival, HistoryEvent Event)>> _kept = new(StringComparer.OrdinalIgnoreCase);
    private int _arrivals;

    public bool HasWaiting => _waiting.Count > 0;

    /// <summary>Events that nobody waited for, in the order of their arrival.</summary>
    public IEnumerable<HistoryEvent> Unprocessed =>
        _kept.Values.SelectMany(queue => queue).OrderBy(kept => kept.Arrival).Select(kept => kept.Event);

    public void Raise(HistoryEvent raised)
    {
        if (TakeNewest(raised.EventRaised.Name) is { } waiting)
            waiting.TrySetResult(raised.EventRaised.Input);
        else
            Keep(raised);
    }

    public void Keep(HistoryEvent raised)
    {
        var name = raised.EventRaised.Name;
        if (!_kept.TryGetValue(name, out var queue))
            _kept[name] = queue = new Queue<(int, HistoryEvent)>();

        queue.Enqueue((_arrivals++, raised));
    }

    public Task<string?> WaitAsync(string name, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<string?>(cancellationToken);

        if (_kept.TryGetValue(name, out var queue) && queue.TryDequeue(out var kept))
            return Task.FromResult<string?>(kept.Event.EventRaised.Input);

        if (!_waiting.TryGetValue(name, out var waiting))
            _waiting[name] = waiting = new LinkedList<TaskCompletionSource<string?>>();

        var source = new TaskCompletionSource<string?>();
        var node = waiting.AddLast(source);
        if (cancellationToken.CanBeCanceled)
            cancellationToken.UnsafeRegister(_ => GiveUp(name, node, cancellationToken), null);

        return source.Task;
    }

    private TaskCompletionSource<string?>? TakeNewest(string name)
    {
        if (!_waiting.TryGetValue(name, out var waiting) || waiting.Last is not { } newest)
            return null;

        Remove(name, newest);
        return newest.Value;
    }

    /// <summary>Who has given up gets no event: it stays for the next.</summary>
    private void GiveUp(string name, LinkedListNode<TaskCompletionSource<string?>> node, CancellationToken cancellationToken)
    {
        if (node.List is null)
            return;

        Remove(name, node);
        node.Value.TrySetCanceled(cancellationToken);
    }

    private void Remove(string name, LinkedListNode<TaskCompletionSource<string?>> node)
    {
        var waiting = node.List;
        waiting?.Remove(node);
        if (waiting is { Count: 0 })
            _waiting.Remove(name);
    }
}
