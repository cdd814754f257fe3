using Pao.DurableTask.Replay;

namespace Pao.DurableTask.Worker;

/// <summary>An orchestrator between two turns.</summary>
internal sealed class KeptOrchestrator
{
    private readonly TaskCompletionSource<bool> _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public KeptOrchestrator(OrchestratorExecution execution, int nextTurn)
    {
        Execution = execution;
        NextTurn = nextTurn;
        Node = new LinkedListNode<KeptOrchestrator>(this);
    }

    public OrchestratorExecution Execution { get; }

    /// <summary>The only turn it can go on with.</summary>
    public int NextTurn { get; }

    public LinkedListNode<KeptOrchestrator> Node { get; }

    /// <summary>
    /// Whether the hub accepted what its last turn decided. The next turn can arrive before the answer does; until the
    /// answer is yes, what is kept may be a turn that never happened.
    /// </summary>
    public Task<bool> Committed => _committed.Task;

    public void SetCommitted(bool committed) => _committed.TrySetResult(committed);
}

/// <summary>The orchestrators that run on between their turns: a bounded number, the longest unused are let go.</summary>
internal sealed class KeptOrchestrators(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, KeptOrchestrator> _byInstance = [];
    private readonly LinkedList<KeptOrchestrator> _oldestFirst = [];

    public int Count
    {
        get
        {
            lock (_gate)
                return _byInstance.Count;
        }
    }

    /// <summary>Takes the instance's orchestrator out, so that only one turn can go on with it.</summary>
    public KeptOrchestrator? Take(string instanceId)
    {
        lock (_gate)
        {
            if (!_byInstance.Remove(instanceId, out var kept))
                return null;

            _oldestFirst.Remove(kept.Node);
            return kept;
        }
    }

    public void Put(KeptOrchestrator kept)
    {
        if (capacity == 0)
            return;

        lock (_gate)
        {
            if (_byInstance.Remove(kept.Execution.InstanceId, out var other))
                _oldestFirst.Remove(other.Node);
            else if (_byInstance.Count >= capacity && _oldestFirst.First is { } oldest)
                RemoveNode(oldest);

            _byInstance.Add(kept.Execution.InstanceId, kept);
            _oldestFirst.AddLast(kept.Node);
        }
    }

    /// <summary>Lets this very orchestrator go, if it is still here.</summary>
    public void Drop(KeptOrchestrator kept)
    {
        lock (_gate)
            if (kept.Node.List is not null)
                RemoveNode(kept.Node);
    }

    private void RemoveNode(LinkedListNode<KeptOrchestrator> node)
    {
        _oldestFirst.Remove(node);
        _byInstance.Remove(node.Value.Execution.InstanceId);
    }
}
