using Pao.DurableTask.Protocol;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Queries;

/// <summary>Callers that wait for an instance to start or to end. Guarded by the hub's lock.</summary>
internal sealed class Waiters
{
    private readonly Dictionary<string, List<Waiter>> _byInstance = [];

    /// <summary>The instances that somebody waits for.</summary>
    public IReadOnlyCollection<string> Instances => _byInstance.Keys;

    public Waiter Add(string instanceId, bool forEnd)
    {
        var waiter = new Waiter(instanceId, forEnd);
        if (!_byInstance.TryGetValue(instanceId, out var waiters))
            _byInstance.Add(instanceId, waiters = []);
        waiters.Add(waiter);
        return waiter;
    }

    public void Remove(Waiter waiter)
    {
        if (_byInstance.TryGetValue(waiter.InstanceId, out var waiters) && waiters.Remove(waiter) && waiters.Count == 0)
            _byInstance.Remove(waiter.InstanceId);
    }

    /// <summary>Ends all waits: the hub stops.</summary>
    public void Fail(Exception reason)
    {
        foreach (var waiter in _byInstance.Values.SelectMany(waiters => waiters))
            waiter.Reached.TrySetException(reason);
        _byInstance.Clear();
    }

    /// <summary>Ends the waits that the state fulfils.</summary>
    public void Tell(OrchestrationState state)
    {
        if (!_byInstance.TryGetValue(state.InstanceId, out var waiters))
            return;

        foreach (var waiter in waiters.Where(waiter => waiter.IsFulfilled(state)).ToList())
        {
            Remove(waiter);
            waiter.Reached.TrySetResult(state);
        }
    }
}

internal sealed class Waiter(string instanceId, bool forEnd)
{
    public string InstanceId { get; } = instanceId;

    public TaskCompletionSource<OrchestrationState> Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsFulfilled(OrchestrationState state) =>
        state.OrchestrationStatus.IsTerminal() || (!forEnd && state.OrchestrationStatus != OrchestrationStatus.Pending);
}
