using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Pao.DurableTask;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Nodes;

/// <summary>Starts instances: what an id that is taken means, and what becomes of the one that has it.</summary>
internal sealed class InstanceStarts(Node node, ITaskHub hub)
{
    public async Task<CreateInstanceResponse> StartAsync(CreateInstanceRequest request, CancellationToken cancellationToken)
    {
        Validate(request);
        node.Bounds.Check(request, "start");
        var (state, started) = NewInstance.FromClient(request, node.Clock.Timestamp);
        var replaces = false;
        while (true)
        {
            if (await TryBeginAsync(state, started, replaces, cancellationToken))
                return new CreateInstanceResponse { InstanceId = state.InstanceId };

            var found = await hub.GetInstanceAsync(new GetInstanceRequest { InstanceId = state.InstanceId }, cancellationToken);
            if (!found.Exists)
                continue;

            await MakeWayAsync(request.OrchestrationIdReusePolicy, found.OrchestrationState, cancellationToken);
            replaces = true;
        }
    }

    public async Task<RestartInstanceResponse> RestartAsync(RestartInstanceRequest request, CancellationToken cancellationToken)
    {
        var found = await hub.GetInstanceAsync(
            new GetInstanceRequest { InstanceId = request.InstanceId, GetInputsAndOutputs = true }, cancellationToken);
        if (!found.Exists)
            throw new RpcException(new Status(StatusCode.NotFound, $"There is no orchestration instance '{request.InstanceId}'."));

        var source = found.OrchestrationState;
        if (!request.RestartWithNewInstanceId && !source.OrchestrationStatus.IsTerminal())
            throw new RpcException(new Status(
                StatusCode.FailedPrecondition, $"Instance '{request.InstanceId}' has not ended: restart it under a new id, or end it first."));

        var start = new CreateInstanceRequest
        {
            InstanceId = request.RestartWithNewInstanceId ? "" : request.InstanceId,
            Name = source.Name,
            Version = source.Version,
            Input = source.Input,
        };
        start.Tags.Add(source.Tags);
        var answer = await StartAsync(start, cancellationToken);
        return new RestartInstanceResponse { InstanceId = answer.InstanceId };
    }

    private static void Validate(CreateInstanceRequest request)
    {
        if (Identifier.ProblemOfName(request.Name) is { } name)
            throw Invalid($"An orchestrator's name {name}");
        if (request.InstanceId.Length > 0 && Identifier.ProblemOfId(request.InstanceId) is { } id)
            throw Invalid($"An instance id {id}");
        if (request.ExecutionId is not null && Identifier.ProblemOfId(request.ExecutionId) is { } execution)
            throw Invalid($"An execution id {execution}");
        if (request.InstanceId.StartsWith('@'))
            throw Invalid("Instance ids that begin with '@' are entities'; this hub has none.");
    }

    /// <summary>Starts the instance; false when its id is taken.</summary>
    private async Task<bool> TryBeginAsync(
        OrchestrationState state, HistoryEvent started, bool replaces, CancellationToken cancellationToken)
    {
        var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ours = true;
        lock (node.Gate)
        {
            if (node.Committer.Node is null)
                throw Node.Unavailable();
            node.Instances.AssertRoom();

            if (!node.Residents.TryGet(state.InstanceId, out var existing))
                Begin(state, started, replaces, created);
            else if (existing.Stored)
                return false;
            else
            {
                existing.Creation.Add(created);
                ours = false;
            }
        }

        try
        {
            await created.Task.WaitAsync(cancellationToken);
            return ours;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists)
        {
            return false;
        }
    }

    private void Begin(OrchestrationState state, HistoryEvent started, bool replaces, TaskCompletionSource created)
    {
        if (state.ScheduledStartTimestamp is { } at)
            Schedule(state, started, replaces, at, created);
        else
            node.Instances.Begin(state, started, replaces, created);
    }

    /// <summary>A later start is a row and a message in the inbox, in nobody's memory until it is due.</summary>
    private void Schedule(
        OrchestrationState state, HistoryEvent started, bool replaces, Timestamp at, TaskCompletionSource created)
    {
        var unit = new CommitUnit
        {
            Done = result =>
            {
                if (result.Status == CommitStatus.Committed)
                    created.TrySetResult();
                else
                    created.TrySetException(result.Status == CommitStatus.InstanceExists
                        ? InstanceFlow.AlreadyExists(state.InstanceId)
                        : Node.Unavailable());
            },
        };
        unit.Inserts.Add(new InstanceWrite(state, state.ToByteArray(), at.ToDateTimeOffset()));
        unit.Inbox.Add(new InboxWrite(state.InstanceId, Guid.CreateVersion7(), state.ExecutionId, started.ToByteArray()));
        if (replaces)
            unit.Replaced.Add(state.InstanceId);
        node.Commit(unit);
        if (at.ToDateTimeOffset() < node.Clock.Now + TimeSpan.FromMinutes(1))
            node.Alarm.At(at.ToDateTimeOffset(), node.Caretaker.Wake);
    }

    /// <summary>
    /// Returns when the id is free to be taken over. Without a policy an ended instance is replaced and any other is not;
    /// a policy names the statuses that may be replaced.
    /// </summary>
    private async Task MakeWayAsync(
        OrchestrationIdReusePolicy? policy, OrchestrationState existing, CancellationToken cancellationToken)
    {
        var status = existing.OrchestrationStatus;
        var replaceable = policy is null ? status.IsTerminal() : policy.ReplaceableStatus.Contains(status);
        if (!replaceable)
            throw InstanceFlow.AlreadyExists(existing.InstanceId);
        if (status.IsTerminal())
            return;

        if (policy?.ReplaceableStatus.Contains(OrchestrationStatus.Terminated) != true)
            throw Invalid("Invalid reusable statuses: a running instance passes through TERMINATED when it is replaced, so that must be replaceable too.");

        await hub.TerminateInstanceAsync(
            new TerminateRequest { InstanceId = existing.InstanceId, Output = "\"Replaced by a new instance with the same id.\"" },
            cancellationToken);
        await hub.WaitForInstanceCompletionAsync(new GetInstanceRequest { InstanceId = existing.InstanceId }, cancellationToken);
    }

    private static RpcException Invalid(string message) => new(new Status(StatusCode.InvalidArgument, message));
}
