using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Pao.DurableTask.Protocol;
using Wire = Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Client;

/// <summary>The client over the seam: requests go to the hub as they are, its status codes come back as exceptions.</summary>
internal sealed class TaskHubClient(string name, ITaskHub hub, IOptionsMonitor<DurableTaskClientOptions> options)
    : DurableTaskClient(name)
{
    private readonly DurableTaskClientOptions _options = options.Get(name);

    private DataConverter Converter => _options.DataConverter;

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name, nameof(orchestratorName));
        options ??= new StartOrchestrationOptions();
        var version = options.Version?.Version ?? _options.DefaultVersion;
        var request = new CreateInstanceRequest
        {
            InstanceId = string.IsNullOrEmpty(options.InstanceId) ? Guid.NewGuid().ToString("N") : options.InstanceId,
            Name = orchestratorName,
            Version = version.Length == 0 ? null : version,
            Input = Converter.Serialize(input),
            ScheduledStartTimestamp = options.StartAt?.ToTimestamp(),
            OrchestrationIdReusePolicy = options.ReusePolicy(),
            ParentTraceContext = options.ParentTrace is { } parent ? Traces.From(parent) : Traces.From(Activity.Current),
        };
        foreach (var (key, value) in options.Tags)
            request.Tags[key] = value;

        var response = await HubErrors.MapAsync(() => hub.StartInstanceAsync(request, cancellation), cancellation);
        return response.InstanceId;
    }

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        var request = new RaiseEventRequest { InstanceId = instanceId, Name = eventName, Input = Converter.Serialize(eventPayload) };
        return HubErrors.MapAsync(() => hub.RaiseEventAsync(request, cancellation), cancellation);
    }

    public override async Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        var request = Get(instanceId, getInputsAndOutputs);
        var response = await HubErrors.MapAsync(() => hub.WaitForInstanceStartAsync(request, cancellation), cancellation);
        return Known(response, getInputsAndOutputs, instanceId);
    }

    public override async Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        var request = Get(instanceId, getInputsAndOutputs);
        while (true)
        {
            try
            {
                var response = await HubErrors.MapAsync(() => hub.WaitForInstanceCompletionAsync(request, cancellation), cancellation);
                return Known(response, getInputsAndOutputs, instanceId);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.DeadlineExceeded)
            {
                // The hub, or a gateway before it, cuts long waits: the caller's wait goes on.
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var request = new TerminateRequest
        {
            InstanceId = instanceId,
            Output = Converter.Serialize(options?.Output),
            Recursive = options?.Recursive ?? false,
        };
        return HubErrors.MapAsync(() => hub.TerminateInstanceAsync(request, cancellation), cancellation);
    }

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var request = new SuspendRequest { InstanceId = instanceId, Reason = reason };
        return HubErrors.MapAsync(() => hub.SuspendInstanceAsync(request, cancellation), cancellation);
    }

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var request = new ResumeRequest { InstanceId = instanceId, Reason = reason };
        return HubErrors.MapAsync(() => hub.ResumeInstanceAsync(request, cancellation), cancellation);
    }

    public override async Task<OrchestrationMetadata?> GetInstanceAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        var response = await HubErrors.MapAsync(() => hub.GetInstanceAsync(Get(instanceId, getInputsAndOutputs), cancellation), cancellation);
        return response.Exists ? OrchestrationMetadata.From(response.OrchestrationState, getInputsAndOutputs, Converter) : null;
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) =>
        new InstancePages(hub, filter ?? new OrchestrationQuery(), Converter);

    public override async Task<Page<string>> ListInstanceIdsAsync(
        IEnumerable<OrchestrationRuntimeStatus>? runtimeStatus = null,
        DateTimeOffset? completedTimeFrom = null,
        DateTimeOffset? completedTimeTo = null,
        int pageSize = OrchestrationQuery.DefaultPageSize,
        string? lastInstanceKey = null,
        CancellationToken cancellation = default)
    {
        var request = new ListInstanceIdsRequest
        {
            RuntimeStatus = { Statuses(runtimeStatus) },
            CompletedTimeFrom = completedTimeFrom?.ToTimestamp(),
            CompletedTimeTo = completedTimeTo?.ToTimestamp(),
            PageSize = pageSize,
            LastInstanceKey = lastInstanceKey,
        };
        var response = await HubErrors.MapAsync(() => hub.ListInstanceIdsAsync(request, cancellation), cancellation);
        return new Page<string>(response.InstanceIds, response.LastInstanceKey);
    }

    public override Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return PurgeAsync(new PurgeInstancesRequest { InstanceId = instanceId }, options, cancellation);
    }

    public override Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        var wire = new PurgeInstanceFilter
        {
            CreatedTimeFrom = filter.CreatedFrom?.ToTimestamp(),
            CreatedTimeTo = filter.CreatedTo?.ToTimestamp(),
            RuntimeStatus = { Statuses(filter.Statuses) },
            Timeout = filter.Timeout?.ToDuration(),
        };
        return PurgeAsync(new PurgeInstancesRequest { PurgeInstanceFilter = wire }, options, cancellation);
    }

    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var request = new RestartInstanceRequest { InstanceId = instanceId, RestartWithNewInstanceId = restartWithNewInstanceId };
        var response = await HubErrors.MapAsync(() => hub.RestartInstanceAsync(request, cancellation), cancellation);
        return response.InstanceId;
    }

    public override Task RewindInstanceAsync(string instanceId, string reason, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var request = new RewindInstanceRequest { InstanceId = instanceId, Reason = reason };
        return HubErrors.MapAsync(() => hub.RewindInstanceAsync(request, cancellation), cancellation);
    }

    public override async Task<IList<HistoryEvent>> GetOrchestrationHistoryAsync(
        string instanceId, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var request = new StreamInstanceHistoryRequest { InstanceId = instanceId, ForWorkItemProcessing = false };
        return await HubErrors.MapAsync(ReadAsync, cancellation);

        async Task<List<HistoryEvent>> ReadAsync()
        {
            List<HistoryEvent> history = [];
            await foreach (var chunk in hub.StreamInstanceHistoryAsync(request, cancellation))
                history.AddRange(chunk.Events);

            return history;
        }
    }

    /// <summary>The hub belongs to the host.</summary>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static IEnumerable<Wire.OrchestrationStatus> Statuses(IEnumerable<OrchestrationRuntimeStatus>? statuses) =>
        statuses?.Select(status => (Wire.OrchestrationStatus)status) ?? [];

    private static GetInstanceRequest Get(string instanceId, bool getInputsAndOutputs)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return new GetInstanceRequest { InstanceId = instanceId, GetInputsAndOutputs = getInputsAndOutputs };
    }

    private OrchestrationMetadata Known(GetInstanceResponse response, bool fetched, string instanceId) =>
        response.OrchestrationState is { } state
            ? OrchestrationMetadata.From(state, fetched, Converter)
            : throw new ArgumentException($"There is no orchestration '{instanceId}'.", nameof(instanceId));

    private async Task<PurgeResult> PurgeAsync(
        PurgeInstancesRequest request, PurgeInstanceOptions? options, CancellationToken cancellation)
    {
        request.Recursive = options?.Recursive ?? false;
        request.IsOrchestration = true;
        var response = await HubErrors.MapAsync(() => hub.PurgeInstancesAsync(request, cancellation), cancellation);
        return new PurgeResult(response.DeletedInstanceCount, response.IsComplete);
    }
}
