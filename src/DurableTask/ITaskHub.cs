using Grpc.Core;
using Pao.DurableTask.Protocol;

namespace Pao.DurableTask;

/// <summary>
/// The seam between worker and client on one side and the backend on the other: the operations of the Durable Task
/// gRPC service <c>TaskHubSidecarService</c>. In one process it is a direct call; across processes it is that service.
/// </summary>
/// <remarks>
/// Errors are <see cref="RpcException"/> with the status codes of the service, so that both forms of the seam behave the
/// same: <c>NotFound</c> for an unknown instance or a completion token that is no longer valid, <c>AlreadyExists</c>,
/// <c>InvalidArgument</c>, <c>FailedPrecondition</c>, <c>ResourceExhausted</c>, and <c>Unavailable</c> when the store
/// cannot be reached or the outcome of a write is unknown (ask again). Messages are not copied: neither side changes one
/// that it has handed over.
/// </remarks>
public interface ITaskHub
{
    /// <summary>Stores a new instance and returns once it is durable.</summary>
    Task<CreateInstanceResponse> StartInstanceAsync(CreateInstanceRequest request, CancellationToken cancellationToken);

    /// <summary>Reads an instance; an unknown id answers <c>exists = false</c>.</summary>
    Task<GetInstanceResponse> GetInstanceAsync(GetInstanceRequest request, CancellationToken cancellationToken);

    /// <summary>Waits until the instance is no longer pending; an unknown id is waited for.</summary>
    Task<GetInstanceResponse> WaitForInstanceStartAsync(GetInstanceRequest request, CancellationToken cancellationToken);

    /// <summary>Waits until the instance is terminal; an unknown id is waited for.</summary>
    Task<GetInstanceResponse> WaitForInstanceCompletionAsync(GetInstanceRequest request, CancellationToken cancellationToken);

    /// <summary>Delivers an external event; one for an unknown or finished instance is dropped.</summary>
    Task RaiseEventAsync(RaiseEventRequest request, CancellationToken cancellationToken);

    Task TerminateInstanceAsync(TerminateRequest request, CancellationToken cancellationToken);

    Task SuspendInstanceAsync(SuspendRequest request, CancellationToken cancellationToken);

    Task ResumeInstanceAsync(ResumeRequest request, CancellationToken cancellationToken);

    /// <summary>Runs a failed instance again from its last success.</summary>
    Task RewindInstanceAsync(RewindInstanceRequest request, CancellationToken cancellationToken);

    /// <summary>Starts the same orchestrator with the same input again.</summary>
    Task<RestartInstanceResponse> RestartInstanceAsync(RestartInstanceRequest request, CancellationToken cancellationToken);

    /// <summary>A page of instances; the token of the last page is null.</summary>
    Task<QueryInstancesResponse> QueryInstancesAsync(QueryInstancesRequest request, CancellationToken cancellationToken);

    /// <summary>A page of the ids of terminal instances in the order of their completion.</summary>
    Task<ListInstanceIdsResponse> ListInstanceIdsAsync(ListInstanceIdsRequest request, CancellationToken cancellationToken);

    /// <summary>Deletes terminal instances with their histories.</summary>
    Task<PurgeInstancesResponse> PurgeInstancesAsync(PurgeInstancesRequest request, CancellationToken cancellationToken);

    /// <summary>The committed history of an instance, in chunks.</summary>
    IAsyncEnumerable<HistoryChunk> StreamInstanceHistoryAsync(StreamInstanceHistoryRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Hands out work until cancelled: never more unfinished items of a kind than the request allows. Items that are
    /// unfinished when the stream ends are given back.
    /// </summary>
    IAsyncEnumerable<WorkItem> GetWorkItemsAsync(GetWorkItemsRequest request, CancellationToken cancellationToken);

    /// <summary>Reports an activity's end and returns once it is durable.</summary>
    Task CompleteActivityTaskAsync(ActivityResponse response, CancellationToken cancellationToken);

    /// <summary>Reports a turn's decisions and returns once they are durable.</summary>
    Task CompleteOrchestratorTaskAsync(OrchestratorResponse response, CancellationToken cancellationToken);

    /// <summary>Gives an activity back unfinished; an unknown token is ignored.</summary>
    Task AbandonActivityTaskAsync(AbandonActivityTaskRequest request, CancellationToken cancellationToken);

    /// <summary>Gives a turn back unfinished; an unknown token is ignored.</summary>
    Task AbandonOrchestratorTaskAsync(AbandonOrchestrationTaskRequest request, CancellationToken cancellationToken);
}
