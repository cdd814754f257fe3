using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pao.DurableTask;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Dispatch;
using Pao.TaskHub.Metrics;
using Pao.TaskHub.Nodes;
using Pao.TaskHub.Queries;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub;

/// <summary>The task hub in this process: the operations of the Durable Task service over a store that it may share.</summary>
internal sealed class EmbeddedTaskHub : ITaskHub
{
    private readonly Node _node;
    private readonly InstanceStarts _starts;
    private readonly InstanceReads _reads;
    private readonly InstanceRewinds _rewinds;
    private readonly Purge _purge;

    public EmbeddedTaskHub(
        IHubStore store, TaskHubOptions options, ILogger logger, TimeProvider time, IMeterFactory? meters = null, Heartbeats? heartbeats = null)
    {
        _node = new Node(store, options, new TaskHubMetrics(meters, options.Name), logger, time, heartbeats ?? new Heartbeats(time));
        _reads = new InstanceReads(_node);
        _starts = new InstanceStarts(_node, this);
        _rewinds = new InstanceRewinds(_node);
        _purge = new Purge(store, time);
    }

    /// <summary>Whether the hub's store answers and this process is a member of it.</summary>
    public bool IsMember => _node.Committer.Node is not null;

    /// <summary>The node's id, for tests and logs.</summary>
    public Guid? NodeId => _node.Committer.Node;

    public Node Node => _node;

    public void Start() => _node.Start();

    /// <summary>Commits what waits and gives up this node's instances.</summary>
    public void Stop() => _node.Stop();

    public Task<CreateInstanceResponse> StartInstanceAsync(CreateInstanceRequest request, CancellationToken cancellationToken) =>
        _starts.StartAsync(request, cancellationToken).OrUnavailable();

    public Task<RestartInstanceResponse> RestartInstanceAsync(RestartInstanceRequest request, CancellationToken cancellationToken) =>
        _starts.RestartAsync(request, cancellationToken).OrUnavailable();

    public Task<GetInstanceResponse> GetInstanceAsync(GetInstanceRequest request, CancellationToken cancellationToken) =>
        _reads.GetAsync(request, cancellationToken).OrUnavailable();

    public Task<GetInstanceResponse> WaitForInstanceStartAsync(GetInstanceRequest request, CancellationToken cancellationToken) =>
        _reads.WaitAsync(request, forEnd: false, cancellationToken).OrUnavailable();

    public Task<GetInstanceResponse> WaitForInstanceCompletionAsync(GetInstanceRequest request, CancellationToken cancellationToken) =>
        _reads.WaitAsync(request, forEnd: true, cancellationToken).OrUnavailable();

    public Task<QueryInstancesResponse> QueryInstancesAsync(QueryInstancesRequest request, CancellationToken cancellationToken) =>
        _reads.QueryAsync(request.Query ?? new InstanceQuery(), cancellationToken).OrUnavailable();

    public Task<ListInstanceIdsResponse> ListInstanceIdsAsync(ListInstanceIdsRequest request, CancellationToken cancellationToken) =>
        _reads.ListIdsAsync(request, cancellationToken).OrUnavailable();

    public IAsyncEnumerable<HistoryChunk> StreamInstanceHistoryAsync(
        StreamInstanceHistoryRequest request, CancellationToken cancellationToken) =>
        _reads.StreamHistoryAsync(request, cancellationToken);

    public Task RaiseEventAsync(RaiseEventRequest request, CancellationToken cancellationToken) =>
        SendAsync(request.InstanceId, Events.Raised(_node.Clock.Timestamp, request.Name, request.Input), cancellationToken);

    public Task TerminateInstanceAsync(TerminateRequest request, CancellationToken cancellationToken) =>
        SendAsync(request.InstanceId, Events.Terminated(_node.Clock.Timestamp, request.Output, request.Recursive), cancellationToken);

    public Task SuspendInstanceAsync(SuspendRequest request, CancellationToken cancellationToken) =>
        SendAsync(request.InstanceId, Events.Suspended(_node.Clock.Timestamp, request.Reason), cancellationToken);

    public Task ResumeInstanceAsync(ResumeRequest request, CancellationToken cancellationToken) =>
        SendAsync(request.InstanceId, Events.Resumed(_node.Clock.Timestamp, request.Reason), cancellationToken);

    public Task RewindInstanceAsync(RewindInstanceRequest request, CancellationToken cancellationToken) =>
        _rewinds.RewindAsync(request, cancellationToken);

    public Task<PurgeInstancesResponse> PurgeInstancesAsync(PurgeInstancesRequest request, CancellationToken cancellationToken) =>
        _purge.RunAsync(request, cancellationToken).OrUnavailable();

    public Task CompleteOrchestratorTaskAsync(OrchestratorResponse response, CancellationToken cancellationToken) =>
        _node.Turns.CompleteAsync(response);

    public Task CompleteActivityTaskAsync(ActivityResponse response, CancellationToken cancellationToken) =>
        _node.Activities.CompleteAsync(response);

    public Task AbandonOrchestratorTaskAsync(AbandonOrchestrationTaskRequest request, CancellationToken cancellationToken)
    {
        _node.Turns.Abandon(request.CompletionToken);
        return Task.CompletedTask;
    }

    public Task AbandonActivityTaskAsync(AbandonActivityTaskRequest request, CancellationToken cancellationToken)
    {
        _node.Activities.Abandon(request.CompletionToken);
        return Task.CompletedTask;
    }

    public IAsyncEnumerable<WorkItem> GetWorkItemsAsync(GetWorkItemsRequest request, CancellationToken cancellationToken) =>
        GetWorkItemsAsync(request, refused: null, isLostAsync: null, cancellationToken);

    /// <summary>As the seam says, for a worker that may not have everything.</summary>
    /// <param name="request">What the worker asks for.</param>
    /// <param name="refused">Activities that it does not get; with any, it gets no orchestrators. Null: it gets all.</param>
    /// <param name="isLostAsync">Says at the stream's end whether its worker was lost; null for one of this process.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public async IAsyncEnumerable<WorkItem> GetWorkItemsAsync(
        GetWorkItemsRequest request,
        IReadOnlySet<string>? refused,
        Func<ValueTask<bool>>? isLostAsync,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Identifier.ProblemOfFilters(request.WorkItemFilters) is { } problem)
            throw new RpcException(new Status(StatusCode.InvalidArgument, problem));

        var stream = new WorkerStream(request, _node.Time, refused);
        lock (_node.Gate)
        {
            if (_node.IsStopped)
                throw Node.Unavailable();
            _node.Dispatcher.Add(stream);
        }

        _node.Caretaker.Wake();

        try
        {
            // ReadAllAsync would go on in the thread pool, wherever the caller is at home.
            while (await stream.Items.WaitToReadAsync(cancellationToken))
                while (stream.Items.TryRead(out var item))
                    yield return item;
        }
        finally
        {
            lock (_node.Gate)
                _node.Dispatcher.Remove(stream);
            var isLost = false;
            try
            {
                isLost = isLostAsync is not null && await isLostAsync();
            }
            finally
            {
                GiveBack(stream, isLost);
            }
        }
    }

    private void GiveBack(WorkerStream stream, bool isLost)
    {
        lock (_node.Gate)
        {
            if (isLost)
            {
                _node.LostWorkers.Lose(stream);
                return;
            }

            foreach (var turn in stream.Turns.ToList())
            {
                _node.Turns.Withdraw(turn.Resident);
                _node.Turns.Advance(turn.Resident);
            }

            foreach (var activity in stream.Activities.Where(activity => !activity.Reported).ToList())
                _node.Activities.GiveBack(activity);
        }
    }

    private Task SendAsync(string instanceId, HistoryEvent e, CancellationToken cancellationToken)
    {
        if (Identifier.ProblemOfId(instanceId) is { } problem)
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"An instance id {problem}"));
        _node.Bounds.Check(e, "message");
        if (!IsMember)
            throw Node.Unavailable();

        return _node.Instances.SendAsync(instanceId, e).WaitAsync(cancellationToken);
    }
}
