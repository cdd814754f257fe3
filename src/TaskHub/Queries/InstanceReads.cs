using System.Runtime.CompilerServices;
using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Nodes;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Queries;

/// <summary>Answers questions about instances: from memory when they live here, else from the store.</summary>
internal sealed class InstanceReads(Node node)
{
    private const int DefaultPage = 100;
    private const int MaxPage = 1_000;

    public async Task<GetInstanceResponse> GetAsync(GetInstanceRequest request, CancellationToken cancellationToken)
    {
        if (Identifier.ProblemOfId(request.InstanceId) is not null)
            return new GetInstanceResponse { Exists = false };

        var state = Resident(request.InstanceId) ?? await node.Store.GetAsync(request.InstanceId, cancellationToken);
        return state is null
            ? new GetInstanceResponse { Exists = false }
            : new GetInstanceResponse { Exists = true, OrchestrationState = View(state, request.GetInputsAndOutputs) };
    }

    public async Task<GetInstanceResponse> WaitAsync(GetInstanceRequest request, bool forEnd, CancellationToken cancellationToken)
    {
        if (Identifier.ProblemOfId(request.InstanceId) is { } problem)
            throw Invalid($"An instance id {problem}");

        Waiter waiter;
        lock (node.Gate)
            waiter = node.Waiters.Add(request.InstanceId, forEnd);

        try
        {
            var now = Resident(request.InstanceId) ?? await node.Store.GetAsync(request.InstanceId, cancellationToken);
            var state = now is not null && waiter.IsFulfilled(now) ? now : await waiter.Reached.Task.WaitAsync(cancellationToken);
            return new GetInstanceResponse { Exists = true, OrchestrationState = View(state, request.GetInputsAndOutputs) };
        }
        finally
        {
            lock (node.Gate)
                node.Waiters.Remove(waiter);
        }
    }

    public async Task<QueryInstancesResponse> QueryAsync(InstanceQuery query, CancellationToken cancellationToken)
    {
        if (query.InstanceIdPrefix?.Contains('\0', StringComparison.Ordinal) is true)
            throw Invalid("The prefix of an instance id has no NUL characters; this one does.");

        var limit = PageSize(query.MaxInstanceCount);
        var found = await node.Store.QueryAsync(
            new InstanceFilter
            {
                Statuses = query.RuntimeStatus,
                CreatedFrom = query.CreatedTimeFrom?.ToDateTimeOffset(),
                CreatedTo = query.CreatedTimeTo?.ToDateTimeOffset(),
                IdPrefix = query.InstanceIdPrefix ?? "",
                After = PageKey.Parse(query.ContinuationToken),
                Limit = limit + 1,
            },
            cancellationToken);

        var response = new QueryInstancesResponse();
        response.OrchestrationState.AddRange(found.Take(limit).Select(state => View(state, query.FetchInputsAndOutputs)));
        if (found.Count > limit)
            response.ContinuationToken = new PageKey(found[limit - 1].CreatedTimestamp.ToDateTimeOffset(), found[limit - 1].InstanceId).ToString();
        return response;
    }

    public async Task<ListInstanceIdsResponse> ListIdsAsync(ListInstanceIdsRequest request, CancellationToken cancellationToken)
    {
        var limit = PageSize(request.PageSize);
        var found = await node.Store.ListCompletedAsync(
            new CompletedFilter
            {
                Statuses = request.RuntimeStatus,
                CompletedFrom = request.CompletedTimeFrom?.ToDateTimeOffset(),
                CompletedTo = request.CompletedTimeTo?.ToDateTimeOffset(),
                After = PageKey.Parse(request.LastInstanceKey),
                Limit = limit + 1,
            },
            cancellationToken);

        var response = new ListInstanceIdsResponse();
        response.InstanceIds.AddRange(found.Take(limit).Select(row => row.Id));
        if (found.Count > limit)
            response.LastInstanceKey = new PageKey(found[limit - 1].CompletedAt, found[limit - 1].Id).ToString();
        return response;
    }

    /// <summary>One chunk a turn, as the store has them.</summary>
    public async IAsyncEnumerable<HistoryChunk> StreamHistoryAsync(
        StreamInstanceHistoryRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var history = Identifier.ProblemOfId(request.InstanceId) is null
            ? await node.Store.ReadHistoryAsync(request.InstanceId, cancellationToken).OrUnavailable()
            : null;
        if (history is null || (request.ExecutionId is { Length: > 0 } execution && execution != history.State.ExecutionId))
            throw new RpcException(new Status(StatusCode.NotFound, $"There is no orchestration instance '{request.InstanceId}' with this execution."));

        for (var turn = 0; turn < history.Turns.Count; turn++)
            yield return StoredHistory.Read(request.InstanceId, turn, history.Turns[turn]);
    }

    private OrchestrationState? Resident(string instanceId)
    {
        lock (node.Gate)
        {
            if (!node.Residents.TryGet(instanceId, out var resident) || !resident.Stored)
                return null;

            var state = resident.State.Clone();
            if (resident.Execution.LastTurnAt is { } turn && turn > state.LastUpdatedTimestamp)
                state.LastUpdatedTimestamp = turn;
            return state;
        }
    }

    private static OrchestrationState View(OrchestrationState state, bool withPayloads)
    {
        if (withPayloads)
            return state;

        var view = state.Clone();
        view.Input = null;
        view.Output = null;
        view.CustomStatus = null;
        view.FailureDetails = null;
        return view;
    }

    private static RpcException Invalid(string message) => new(new Status(StatusCode.InvalidArgument, message));

    private static int PageSize(int asked) => asked <= 0 ? DefaultPage : Math.Min(asked, MaxPage);
}
