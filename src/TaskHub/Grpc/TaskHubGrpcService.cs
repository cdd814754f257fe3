using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Pao.DurableTask.Protocol;

namespace Pao.TaskHub.Grpc;

/// <summary>
/// The Durable Task service over the hubs of this process. What it does not offer (entities, creating hubs) the base
/// class answers with Unimplemented.
/// </summary>
internal sealed class TaskHubGrpcService(Callers callers, TokenBinding tokens, IHostApplicationLifetime lifetime)
    : TaskHubSidecarService.TaskHubSidecarServiceBase
{
    /// <summary>A longer history goes to workers that can stream it on a stream of its own.</summary>
    private const int StreamedHistoryBytes = 1024 * 1024;

    public override Task<Empty> Hello(Empty request, ServerCallContext context)
    {
        var caller = callers.Of(context);
        return caller.Hub.Hub.IsMember ? Task.FromResult(new Empty()) : throw Nodes.Node.Unavailable();
    }

    public override Task<CreateInstanceResponse> StartInstance(CreateInstanceRequest request, ServerCallContext context) =>
        Hub(context).StartInstanceAsync(request, context.CancellationToken);

    public override Task<GetInstanceResponse> GetInstance(GetInstanceRequest request, ServerCallContext context) =>
        Hub(context).GetInstanceAsync(request, context.CancellationToken);

    public override Task<GetInstanceResponse> WaitForInstanceStart(GetInstanceRequest request, ServerCallContext context) =>
        WaitAsync(hub => hub.WaitForInstanceStartAsync, request, context);

    public override Task<GetInstanceResponse> WaitForInstanceCompletion(GetInstanceRequest request, ServerCallContext context) =>
        WaitAsync(hub => hub.WaitForInstanceCompletionAsync, request, context);

    public override async Task<RaiseEventResponse> RaiseEvent(RaiseEventRequest request, ServerCallContext context)
    {
        await Hub(context).RaiseEventAsync(request, context.CancellationToken);
        return new RaiseEventResponse();
    }

    public override async Task<TerminateResponse> TerminateInstance(TerminateRequest request, ServerCallContext context)
    {
        await Hub(context).TerminateInstanceAsync(request, context.CancellationToken);
        return new TerminateResponse();
    }

    public override async Task<SuspendResponse> SuspendInstance(SuspendRequest request, ServerCallContext context)
    {
        await Hub(context).SuspendInstanceAsync(request, context.CancellationToken);
        return new SuspendResponse();
    }

    public override async Task<ResumeResponse> ResumeInstance(ResumeRequest request, ServerCallContext context)
    {
        await Hub(context).ResumeInstanceAsync(request, context.CancellationToken);
        return new ResumeResponse();
    }

    public override async Task<RewindInstanceResponse> RewindInstance(RewindInstanceRequest request, ServerCallContext context)
    {
        await Hub(context).RewindInstanceAsync(request, context.CancellationToken);
        return new RewindInstanceResponse();
    }

    public override Task<RestartInstanceResponse> RestartInstance(RestartInstanceRequest request, ServerCallContext context) =>
        Hub(context).RestartInstanceAsync(request, context.CancellationToken);

    public override Task<QueryInstancesResponse> QueryInstances(QueryInstancesRequest request, ServerCallContext context) =>
        Hub(context).QueryInstancesAsync(request, context.CancellationToken);

    public override Task<ListInstanceIdsResponse> ListInstanceIds(ListInstanceIdsRequest request, ServerCallContext context) =>
        Hub(context).ListInstanceIdsAsync(request, context.CancellationToken);

    public override Task<PurgeInstancesResponse> PurgeInstances(PurgeInstancesRequest request, ServerCallContext context) =>
        Hub(context).PurgeInstancesAsync(request, context.CancellationToken);

    public override async Task StreamInstanceHistory(
        StreamInstanceHistoryRequest request, IServerStreamWriter<HistoryChunk> chunks, ServerCallContext context)
    {
        await foreach (var chunk in Hub(context).StreamInstanceHistoryAsync(request, context.CancellationToken))
            await chunks.WriteAsync(chunk, context.CancellationToken);
    }

    /// <summary>Ends in good order when this process stops, so that the worker goes to another one.</summary>
    public override async Task GetWorkItems(GetWorkItemsRequest request, IServerStreamWriter<WorkItem> items, ServerCallContext context)
    {
        var caller = callers.Of(context);
        WorkItemsAccess.Check(request, caller);
        var streams = request.Capabilities.Contains(WorkerCapability.HistoryStreaming);
        var refused = caller.Rights == CallerRights.All ? null : caller.Hub.Access.ReservedNames;

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await foreach (var item in caller.Hub.Hub.GetWorkItemsAsync(request, refused, IsLostAsync, end.Token))
                await items.WriteAsync(Addressed(item, caller, streams), end.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
        }

        ValueTask<bool> IsLostAsync() => BrokenConnection.EndedAsync(context.GetHttpContext());
    }

    public override async Task<CompleteTaskResponse> CompleteActivityTask(ActivityResponse request, ServerCallContext context)
    {
        var caller = callers.Of(context);
        request.CompletionToken = tokens.Unbind(request.CompletionToken, caller);
        await caller.Hub.Hub.CompleteActivityTaskAsync(request, context.CancellationToken);
        return new CompleteTaskResponse();
    }

    public override async Task<CompleteTaskResponse> CompleteOrchestratorTask(OrchestratorResponse request, ServerCallContext context)
    {
        var caller = callers.WithAllRights(context);
        request.CompletionToken = tokens.Unbind(request.CompletionToken, caller);
        await caller.Hub.Hub.CompleteOrchestratorTaskAsync(request, context.CancellationToken);
        return new CompleteTaskResponse();
    }

    public override async Task<AbandonActivityTaskResponse> AbandonTaskActivityWorkItem(
        AbandonActivityTaskRequest request, ServerCallContext context)
    {
        var caller = callers.Of(context);
        if (TokenOf(request.CompletionToken, caller) is { } token)
            await caller.Hub.Hub.AbandonActivityTaskAsync(new() { CompletionToken = token }, context.CancellationToken);
        return new AbandonActivityTaskResponse();
    }

    public override async Task<AbandonOrchestrationTaskResponse> AbandonTaskOrchestratorWorkItem(
        AbandonOrchestrationTaskRequest request, ServerCallContext context)
    {
        var caller = callers.WithAllRights(context);
        if (TokenOf(request.CompletionToken, caller) is { } token)
            await caller.Hub.Hub.AbandonOrchestratorTaskAsync(new() { CompletionToken = token }, context.CancellationToken);
        return new AbandonOrchestrationTaskResponse();
    }

    private EmbeddedTaskHub Hub(ServerCallContext context) => callers.WithAllRights(context).Hub.Hub;

    /// <summary>A wait ends when this process does: the caller asks another one.</summary>
    private async Task<GetInstanceResponse> WaitAsync(
        Func<EmbeddedTaskHub, Func<GetInstanceRequest, CancellationToken, Task<GetInstanceResponse>>> wait,
        GetInstanceRequest request,
        ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            return await wait(Hub(context))(request, end.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw Nodes.Node.Unavailable();
        }
    }

    /// <summary>The item with a token that only this worker can use. The hub made the item for this stream alone.</summary>
    private WorkItem Addressed(WorkItem item, Caller caller, bool streams)
    {
        if (item.RequestCase is WorkItem.RequestOneofCase.HealthPing)
            return item;

        item.CompletionToken = tokens.Bind(item.CompletionToken, caller);
        if (streams && item.OrchestratorRequest is { PastEvents.Count: > 0 } turn && IsLong(turn))
        {
            turn.RequiresHistoryStreaming = true;
            turn.PastEvents.Clear();
        }

        return item;
    }

    private static bool IsLong(OrchestratorRequest turn)
    {
        var bytes = 0L;
        foreach (var e in turn.PastEvents)
        {
            bytes += e.CalculateSize();
            if (bytes > StreamedHistoryBytes)
                return true;
        }

        return false;
    }

    /// <summary>Null for a token that this caller was never given: giving it back changes nothing.</summary>
    private string? TokenOf(string bound, Caller caller)
    {
        try
        {
            return tokens.Unbind(bound, caller);
        }
        catch (RpcException)
        {
            return null;
        }
    }
}
