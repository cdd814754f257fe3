using Google.Protobuf;
using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Queries;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Nodes;

/// <summary>Rewinds a failed instance and, in the same commit, the failed children that it waited for.</summary>
internal sealed class InstanceRewinds(Node node)
{
    public async Task RewindAsync(RewindInstanceRequest request, CancellationToken cancellationToken)
    {
        var stored = await node.Store.ReadHistoryAsync(request.InstanceId, cancellationToken).OrUnavailable()
            ?? throw new RpcException(new Status(StatusCode.NotFound, $"There is no orchestration instance '{request.InstanceId}'."));
        if (stored.State.OrchestrationStatus != OrchestrationStatus.Failed)
            throw new RpcException(new Status(
                StatusCode.FailedPrecondition,
                $"Instance '{request.InstanceId}' is {stored.State.OrchestrationStatus}: only a failed one can be rewound."));

        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        List<StoredInstance> rewound = [];
        var unit = new CommitUnit { Done = result => Done(result, rewound, durable) };
        await AddAsync(unit, rewound, stored, null, request.Reason, cancellationToken);

        lock (node.Gate)
            node.Commit(unit);
        await durable.Task.WaitAsync(cancellationToken);
    }

    private async Task AddAsync(
        CommitUnit unit,
        List<StoredInstance> rewound,
        StoredHistory failed,
        string? parentExecutionId,
        string? reason,
        CancellationToken cancellationToken)
    {
        var now = node.Clock.Timestamp;
        var id = failed.State.InstanceId;
        var executionId = Events.RewoundExecutionId(failed.State.ExecutionId);
        var events = Rewind.Rewrite(
            [.. failed.Turns.SelectMany((turn, index) => StoredHistory.Read(failed.State.InstanceId, index, turn).Events)],
            executionId,
            parentExecutionId);
        var history = StoredTurn.Write(events, failed.Turns.Any(StoredTurn.SetsStatus));
        var state = Rewind.State(failed.State, executionId, now);
        var message = new StoredMessage(id, Guid.CreateVersion7(), executionId, Events.Rewound(now, reason).ToByteArray());

        unit.Updates.Add(new InstanceWrite(state, state.ToByteArray(), TakesOver: true));
        unit.Losses.Add((id, null));
        unit.Forgotten.Add((id, failed.State.ExecutionId));
        unit.History.Add(new HistoryWrite(id, executionId, 0, history));
        unit.Inbox.Add(new InboxWrite(id, message.MessageId, executionId, message.Event));
        rewound.Add(new StoredInstance(state, [history], [message]));

        foreach (var (taskId, created) in Rewind.Children(events))
            await AddChildAsync(unit, rewound, state, taskId, created, reason, cancellationToken);
    }

    private async Task AddChildAsync(
        CommitUnit unit,
        List<StoredInstance> rewound,
        OrchestrationState parent,
        int taskId,
        SubOrchestrationInstanceCreatedEvent created,
        string? reason,
        CancellationToken cancellationToken)
    {
        var child = await node.Store.ReadHistoryAsync(created.InstanceId, cancellationToken).OrUnavailable();
        var isOwn = child?.State.ParentInstanceId == parent.InstanceId; // else the id was somebody else's, and the child never was
        switch (child?.State.OrchestrationStatus)
        {
            case OrchestrationStatus.Failed when isOwn:
                await AddAsync(unit, rewound, child, parent.ExecutionId, reason, cancellationToken);
                return;
            case OrchestrationStatus.Completed when isOwn:
                TellParent(unit, rewound, parent, Events.ChildEnded(node.Clock.Timestamp, taskId, child.State));
                return;
            case { } status when !status.IsTerminal():
                throw new RpcException(new Status(
                    StatusCode.FailedPrecondition,
                    $"Sub-orchestration '{created.InstanceId}' has not ended: wait for it or terminate it, then rewind."));
        }

        var start = NewInstance.Child(created, taskId, parent, node.Clock.Timestamp);
        var message = new StoredMessage(created.InstanceId, Guid.CreateVersion7(), null, start.Started.ToByteArray());
        if (child is not null)
            unit.Replaced.Add(created.InstanceId);
        unit.Inserts.Add(new InstanceWrite(start.State, start.State.ToByteArray()));
        unit.Inbox.Add(new InboxWrite(created.InstanceId, message.MessageId, null, message.Event));
        rewound.Add(new StoredInstance(start.State, [], [message]));
    }

    /// <summary>A child that succeeded after its parent had failed is not run again: the parent is told now.</summary>
    private static void TellParent(CommitUnit unit, List<StoredInstance> rewound, OrchestrationState parent, HistoryEvent ended)
    {
        var message = new StoredMessage(parent.InstanceId, Guid.CreateVersion7(), parent.ExecutionId, ended.ToByteArray());
        var index = rewound.FindIndex(instance => instance.State.InstanceId == parent.InstanceId);
        rewound[index] = rewound[index] with { Inbox = [.. rewound[index].Inbox, message] };
        unit.Inbox.Add(new InboxWrite(message.InstanceId, message.MessageId, message.ExecutionId, message.Event));
    }

    private void Done(CommitResult result, List<StoredInstance> rewound, TaskCompletionSource durable)
    {
        if (result.Status != CommitStatus.Committed)
        {
            durable.TrySetException(result.Status == CommitStatus.InstanceExists
                ? new RpcException(new Status(StatusCode.FailedPrecondition, "The instance or one of its children changed meanwhile: look again."))
                : Node.Unavailable());
            return;
        }

        foreach (var instance in rewound)
            node.Instances.Admit(instance);
        durable.TrySetResult();
    }
}
