using Grpc.Core;
using Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Tests.Scripted;

/// <summary>A hub that can do nothing; tests give it what they need.</summary>
internal abstract class EmptyHub : ITaskHub
{
    public virtual Task<CreateInstanceResponse> StartInstanceAsync(CreateInstanceRequest request, CancellationToken cancellationToken) =>
        throw Unimplemented();

    public virtual Task<GetInstanceResponse> GetInstanceAsync(GetInstanceRequest request, CancellationToken cancellationToken) =>
        throw Unimplemented();

    public virtual Task<GetInstanceResponse> WaitForInstanceStartAsync(GetInstanceRequest request, CancellationToken cancellationToken) =>
        throw Unimplemented();

    public virtual Task<GetInstanceResponse> WaitForInstanceCompletionAsync(GetInstanceRequest request, CancellationToken cancellationToken) =>
        throw Unimplemented();

    public virtual Task RaiseEventAsync(RaiseEventRequest request, CancellationToken cancellationToken) => throw Unimplemented();

    public virtual Task TerminateInstanceAsync(TerminateRequest request, CancellationToken cancellationToken) => throw Unimplemented();

    public virtual Task SuspendInstanceAsync(SuspendRequest request, CancellationToken cancellationToken) => throw Unimplemented();

    public virtual Task ResumeInstanceAsync(ResumeRequest request, CancellationToken cancellationToken) => throw Unimplemented();

    public virtual Task RewindInstanceAsync(RewindInstanceRequest request, CancellationToken cancellationToken) => throw Unimplemented();

    public virtual Task<RestartInstanceResponse> RestartInstanceAsync(RestartInstanceRequest request, CancellationToken cancellationToken) =>
        throw Unimplemented();

    public virtual Task<QueryInstancesResponse> QueryInstancesAsync(QueryInstancesRequest request, CancellationToken cancellationToken) =>
        throw Unimplemented();

    public virtual Task<ListInstanceIdsResponse> ListInstanceIdsAsync(ListInstanceIdsRequest request, CancellationToken cancellationToken) =>
        throw Unimplemented();

    public virtual Task<PurgeInstancesResponse> PurgeInstancesAsync(PurgeInstancesRequest request, CancellationToken cancellationToken) =>
        throw Unimplemented();

    public virtual IAsyncEnumerable<HistoryChunk> StreamInstanceHistoryAsync(
        StreamInstanceHistoryRequest request, CancellationToken cancellationToken) => throw Unimplemented();

    public virtual IAsyncEnumerable<WorkItem> GetWorkItemsAsync(GetWorkItemsRequest request, CancellationToken cancellationToken) =>
        throw Unimplemented();

    public virtual Task CompleteActivityTaskAsync(ActivityResponse response, CancellationToken cancellationToken) => throw Unimplemented();

    public virtual Task CompleteOrchestratorTaskAsync(OrchestratorResponse response, CancellationToken cancellationToken) =>
        throw Unimplemented();

    public virtual Task AbandonActivityTaskAsync(AbandonActivityTaskRequest request, CancellationToken cancellationToken) =>
        throw Unimplemented();

    public virtual Task AbandonOrchestratorTaskAsync(AbandonOrchestrationTaskRequest request, CancellationToken cancellationToken) =>
        throw Unimplemented();

    private static RpcException Unimplemented() => new(new Status(StatusCode.Unimplemented, "This hub has no such operation."));
}
