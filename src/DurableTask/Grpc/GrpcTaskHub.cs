using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Pao.DurableTask.Protocol;
using Service = Pao.DurableTask.Protocol.TaskHubSidecarService.TaskHubSidecarServiceClient;

namespace Pao.DurableTask.Grpc;

/// <summary>
/// A hub in another process: PAO's own, Azure Durable Task Scheduler or its emulator, or any other that serves the
/// Durable Task protocol. The channel connects by itself, at the first call and after every break.
/// </summary>
public sealed class GrpcTaskHub : ITaskHub, IDisposable
{
    private static readonly TimeSpan HelloTime = TimeSpan.FromSeconds(2);

    private readonly GrpcChannel _channel;
    private readonly Service _service;

    /// <summary>Opens a channel; nothing is sent yet.</summary>
    public GrpcTaskHub(TaskHubConnection connection, TimeProvider? time = null)
    {
        _channel = TaskHubChannel.Open(connection, time ?? TimeProvider.System);
        _service = new Service(_channel.Intercept(new HubMetadata(connection.TaskHub)));
        Description = $"the task hub '{connection.TaskHub}' at {connection.Endpoint.GetLeftPart(UriPartial.Authority)}";
    }

    /// <summary>Which hub, without credentials.</summary>
    public string Description { get; }

    public void Dispose() => _channel.Dispose();

    /// <summary>Whether the hub answers within two seconds.</summary>
    public async Task<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(HelloTime);
        try
        {
            await _service.HelloAsync(new Empty(), cancellationToken: limit.Token);
            return true;
        }
        catch (RpcException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public async Task<CreateInstanceResponse> StartInstanceAsync(CreateInstanceRequest request, CancellationToken cancellationToken) =>
        await _service.StartInstanceAsync(request, cancellationToken: cancellationToken);

    public async Task<GetInstanceResponse> GetInstanceAsync(GetInstanceRequest request, CancellationToken cancellationToken) =>
        await _service.GetInstanceAsync(request, cancellationToken: cancellationToken);

    public async Task<GetInstanceResponse> WaitForInstanceStartAsync(GetInstanceRequest request, CancellationToken cancellationToken) =>
        await _service.WaitForInstanceStartAsync(request, cancellationToken: cancellationToken);

    public async Task<GetInstanceResponse> WaitForInstanceCompletionAsync(
        GetInstanceRequest request, CancellationToken cancellationToken) =>
        await _service.WaitForInstanceCompletionAsync(request, cancellationToken: cancellationToken);

    public async Task RaiseEventAsync(RaiseEventRequest request, CancellationToken cancellationToken) =>
        await _service.RaiseEventAsync(request, cancellationToken: cancellationToken);

    public async Task TerminateInstanceAsync(TerminateRequest request, CancellationToken cancellationToken) =>
        await _service.TerminateInstanceAsync(request, cancellationToken: cancellationToken);

    public async Task SuspendInstanceAsync(SuspendRequest request, CancellationToken cancellationToken) =>
        await _service.SuspendInstanceAsync(request, cancellationToken: cancellationToken);

    public async Task ResumeInstanceAsync(ResumeRequest request, CancellationToken cancellationToken) =>
        await _service.ResumeInstanceAsync(request, cancellationToken: cancellationToken);

    public async Task RewindInstanceAsync(RewindInstanceRequest request, CancellationToken cancellationToken) =>
        await _service.RewindInstanceAsync(request, cancellationToken: cancellationToken);

    public async Task<RestartInstanceResponse> RestartInstanceAsync(RestartInstanceRequest request, CancellationToken cancellationToken) =>
        await _service.RestartInstanceAsync(request, cancellationToken: cancellationToken);

    public async Task<QueryInstancesResponse> QueryInstancesAsync(QueryInstancesRequest request, CancellationToken cancellationToken) =>
        await _service.QueryInstancesAsync(request, cancellationToken: cancellationToken);

    public async Task<ListInstanceIdsResponse> ListInstanceIdsAsync(ListInstanceIdsRequest request, CancellationToken cancellationToken) =>
        await _service.ListInstanceIdsAsync(request, cancellationToken: cancellationToken);

    public async Task<PurgeInstancesResponse> PurgeInstancesAsync(PurgeInstancesRequest request, CancellationToken cancellationToken) =>
        await _service.PurgeInstancesAsync(request, cancellationToken: cancellationToken);

    public async IAsyncEnumerable<HistoryChunk> StreamInstanceHistoryAsync(
        StreamInstanceHistoryRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = _service.StreamInstanceHistory(request, cancellationToken: cancellationToken);
        await foreach (var chunk in call.ResponseStream.ReadAllAsync(cancellationToken))
            yield return chunk;
    }

    public async IAsyncEnumerable<WorkItem> GetWorkItemsAsync(
        GetWorkItemsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A hub that cannot be reached, or does not know the task hub, is told apart from one that has no work.
        await _service.HelloAsync(new Empty(), cancellationToken: cancellationToken);
        using var call = _service.GetWorkItems(request, cancellationToken: cancellationToken);
        await foreach (var item in call.ResponseStream.ReadAllAsync(cancellationToken))
            yield return item;
    }

    public async Task CompleteActivityTaskAsync(ActivityResponse response, CancellationToken cancellationToken) =>
        await _service.CompleteActivityTaskAsync(response, cancellationToken: cancellationToken);

    public async Task CompleteOrchestratorTaskAsync(OrchestratorResponse response, CancellationToken cancellationToken) =>
        await _service.CompleteOrchestratorTaskAsync(response, cancellationToken: cancellationToken);

    public async Task AbandonActivityTaskAsync(AbandonActivityTaskRequest request, CancellationToken cancellationToken) =>
        await _service.AbandonTaskActivityWorkItemAsync(request, cancellationToken: cancellationToken);

    public async Task AbandonOrchestratorTaskAsync(AbandonOrchestrationTaskRequest request, CancellationToken cancellationToken) =>
        await _service.AbandonTaskOrchestratorWorkItemAsync(request, cancellationToken: cancellationToken);
}
