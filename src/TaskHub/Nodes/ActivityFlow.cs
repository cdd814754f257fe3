using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Dispatch;
using Pao.TaskHub.Residency;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Nodes;

/// <summary>An activity's way: from the commit that scheduled it to a worker, and its end back to the instance.</summary>
internal sealed class ActivityFlow(Node node)
{
    private static readonly TimeSpan AbandonedPause = TimeSpan.FromSeconds(1);

    /// <summary>Activities that go on in workers while this node reads their instance again.</summary>
    private readonly Dictionary<string, List<ActivityItem>> _detached = [];
    private TimeSpan _detachedUntil;

    /// <summary>Gives a scheduled activity to a worker, or finds the worker that runs it since before a lost lease.</summary>
    /// <param name="resident">The instance that scheduled it.</param>
    /// <param name="executionId">The execution that scheduled it.</param>
    /// <param name="scheduled">Its TaskScheduled event.</param>
    /// <param name="wanted">Whether the instance waits for its end; otherwise it only runs.</param>
    public void HandOver(Resident resident, string executionId, HistoryEvent scheduled, bool wanted)
    {
        if (wanted && TakeDetached(resident.Id, executionId, scheduled.EventId) is { } running)
        {
            running.Resident = resident;
            resident.Activities[scheduled.EventId] = running;
            return;
        }

        var item = new ActivityItem(resident.Id, executionId, scheduled);
        if (wanted)
        {
            item.Resident = resident;
            item.Losses = resident.Losses?.OfActivity(scheduled.EventId) ?? 0;
            resident.Activities[scheduled.EventId] = item;
        }

        Enqueue(item);
    }

    /// <summary>To a worker, unless it has cost too many of them.</summary>
    public void Enqueue(ActivityItem item)
    {
        if (!node.LostWorkers.SetAside(item))
            node.Dispatcher.Enqueue(item);
    }

    /// <summary>Takes an activity's end; the task ends when it is durable.</summary>
    public Task CompleteAsync(ActivityResponse response)
    {
        response = node.Bounds.Fit(response);
        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (node.Gate)
        {
            var item = node.Dispatcher.Running.GetValueOrDefault(response.CompletionToken);
            if (item is null || item.Reported)
                throw StaleToken();
            if (item.Key is { } key)
                return node.Queue.CompleteAsync(item, key, response);
            if (IsDetached(item))
                throw Node.Unavailable();

            if (item.Resident is not { } resident)
            {
                Finish(item);
                return item.Dropped ? throw StaleToken() : Task.CompletedTask;
            }

            // Taken however much waits: a result makes room, and its worker has nowhere to keep it.
            End(item, resident, response, error => Answer(item, error, durable));
        }

        return durable.Task;
    }

    /// <summary>Gives an activity's end to its instance.</summary>
    public void End(ActivityItem item, Resident resident, ActivityResponse response, Action<Exception?> answer)
    {
        item.Reported = true;
        if (!node.Isolation.IsIdle)
            node.Dispatcher.Pump(); // its trial is over, and the turn that it causes may need the worker
        var ended = Events.TaskEnded(node.Clock.Timestamp, new ActivityResponse(response) { TaskId = item.TaskId });
        node.Instances.Deliver(resident, new Message(ended, item.ExecutionId) { Answer = answer });
    }

    /// <summary>Gives an activity back unfinished.</summary>
    public void Abandon(string token)
    {
        lock (node.Gate)
        {
            if (node.Dispatcher.Running.GetValueOrDefault(token) is not { Reported: false } item)
                return;

            node.Metrics.ActivityAbandoned();
            GiveBack(item, AbandonedPause);
        }
    }

    /// <summary>Puts an unfinished activity back into the queue: here, or the one that it came from.</summary>
    /// <param name="item">The activity.</param>
    /// <param name="pause">How long no node takes it; null for not at all.</param>
    public void GiveBack(ActivityItem item, TimeSpan? pause = null)
    {
        node.Dispatcher.Finish(item);
        if (item.Key is { } key)
        {
            node.Queue.Return(key, pause, item.Losses);
            return;
        }

        if (_detached.TryGetValue(item.InstanceId, out var detached))
            detached.Remove(item);
        if (item.Resident is not { } resident)
            return;

        if (item.Abandoned++ == 0)
            Enqueue(item);
        else
            node.Alarm.After(AbandonedPause, () =>
            {
                if (node.Residents.Contains(resident) && !item.Dropped)
                    Enqueue(item);
            });
    }

    /// <summary>The execution has ended: what its activities answer is dropped.</summary>
    public static void Drop(Resident resident)
    {
        foreach (var item in resident.Activities.Values)
        {
            // Its worker is not told, and has the room for another only when it is done.
            item.Dropped = true;
            item.Resident = null;
        }

        resident.Activities.Clear();
    }

    /// <summary>The instance leaves memory; its running activities find it again when it comes back here.</summary>
    public void Detach(Resident resident)
    {
        foreach (var item in resident.Activities.Values)
        {
            item.Resident = null;
            item.Reported = false;
            if (item.Stream is not { } stream || !node.Dispatcher.Has(stream))
            {
                item.Dropped = true; // its worker went away while its end was on the way into the store
                node.Dispatcher.Finish(item);
            }
            else if (_detached.TryGetValue(item.InstanceId, out var detached))
                detached.Add(item);
            else
                _detached.Add(item.InstanceId, [item]);
        }

        resident.Activities.Clear();
        _detachedUntil = node.Clock.Elapsed + Patience;
    }

    /// <summary>The instance is back: those of its activities that it no longer waits for have ended for everybody.</summary>
    public void ForgetDetached(string instanceId)
    {
        if (!_detached.Remove(instanceId, out var forgotten))
            return;

        foreach (var item in forgotten)
            node.Dispatcher.Finish(item);
    }

    /// <summary>Activities whose instance did not come back although the node has been a member for long: another node has it.</summary>
    public void ForgetDetached()
    {
        if (_detached.Count == 0)
            return;

        var now = node.Clock.Elapsed;
        if (node.Committer.Node is null)
            _detachedUntil = now + Patience;
        if (now < _detachedUntil)
            return;

        foreach (var instanceId in _detached.Keys.ToList())
            ForgetDetached(instanceId);
    }

    private TimeSpan Patience => node.Options.Lease * 2;

    private bool IsDetached(ActivityItem item) =>
        _detached.TryGetValue(item.InstanceId, out var detached) && detached.Contains(item);

    private ActivityItem? TakeDetached(string instanceId, string executionId, int taskId)
    {
        if (!_detached.TryGetValue(instanceId, out var detached))
            return null;

        var index = detached.FindIndex(item => item.TaskId == taskId && item.ExecutionId == executionId);
        if (index < 0)
            return null;

        var found = detached[index];
        detached.RemoveAt(index);
        return found;
    }

    private void Answer(ActivityItem item, Exception? error, TaskCompletionSource durable)
    {
        if (error is not null)
        {
            if (item.Dropped)
                node.Dispatcher.Finish(item); // no instance comes back for it
            durable.TrySetException(error);
            return;
        }

        node.Metrics.ActivityEnded(TimeProvider.System.GetElapsedTime(item.RunsSince));
        Ended(item);
        Finish(item);
        durable.TrySetResult();
    }

    /// <summary>The activity's end is durable.</summary>
    public static void Ended(ActivityItem item)
    {
        // The same turn may have scheduled another activity with this id.
        if (item.Resident is { } resident && resident.Activities.GetValueOrDefault(item.TaskId) == item)
            resident.Activities.Remove(item.TaskId);
    }

    /// <summary>The worker is rid of the activity and has room for another.</summary>
    public void Finish(ActivityItem item)
    {
        node.Dispatcher.Finish(item);
        node.Dispatcher.Pump();
        node.Queue.SlotFreed();
    }

    public static RpcException StaleToken() => new(new Status(
        StatusCode.NotFound, "The completion token is not valid (any more): the activity was given to another worker, or its instance has ended."));
}
