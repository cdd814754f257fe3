using System.Collections.ObjectModel;
using Grpc.Core;
using Pao.DurableTask;
using Pao.DurableTask.Client;

namespace Pao.Conformance.Tests.Users;

/// <summary>The client of src/DurableTask, whatever its transport.</summary>
internal sealed class OwnUser(DurableTaskClient client) : IHubUser
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task<string> ScheduleAsync(string name, object? input, StartOptions? options) => Ask(() =>
        client.ScheduleNewOrchestrationInstanceAsync(
            name,
            input,
            new StartOrchestrationOptions(options?.Id, options?.StartAt)
            {
                Version = options?.Version is { } version ? new TaskVersion(version) : (TaskVersion?)null,
                Tags = options?.Tags ?? ReadOnlyDictionary<string, string>.Empty,
            },
            Cancellation));

    public async Task<InstanceState?> GetAsync(string id) =>
        await Ask(() => client.GetInstanceAsync(id, getInputsAndOutputs: true, Cancellation)) is { } found ? StateOf(found) : null;

    public async Task<InstanceState> WaitForStartAsync(string id) =>
        StateOf(await Ask(() => client.WaitForInstanceStartAsync(id, getInputsAndOutputs: true, Cancellation)));

    public async Task<InstanceState> WaitForCompletionAsync(string id) =>
        StateOf(await Ask(() => client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Cancellation)));

    public Task RaiseAsync(string id, string name, object? payload) => Ask(() => client.RaiseEventAsync(id, name, payload, Cancellation));

    public Task TerminateAsync(string id, object? output, bool recursive) =>
        Ask(() => client.TerminateInstanceAsync(id, new TerminateInstanceOptions(output, recursive), Cancellation));

    public Task SuspendAsync(string id) => Ask(() => client.SuspendInstanceAsync(id, null, Cancellation));

    public Task ResumeAsync(string id) => Ask(() => client.ResumeInstanceAsync(id, null, Cancellation));

    public Task RewindAsync(string id) => Ask(() => client.RewindInstanceAsync(id, "again", Cancellation));

    public Task<string> RestartAsync(string id, bool withNewId) => Ask(() => client.RestartAsync(id, withNewId, Cancellation));

    public async Task<int> PurgeAsync(string id, bool recursive) =>
        (await Ask(() => client.PurgeInstanceAsync(id, new PurgeInstanceOptions(recursive), Cancellation))).PurgedInstanceCount;

    public async Task<int> PurgeAllAsync(DateTimeOffset createdFrom, params IReadOnlyList<RuntimeStatus> statuses) =>
        (await Ask(() => client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(CreatedFrom: createdFrom, Statuses: Statuses(statuses)), Cancellation))).PurgedInstanceCount;

    public async Task<IReadOnlyList<IReadOnlyList<InstanceState>>> QueryAsync(
        string prefix, int pageSize, params IReadOnlyList<RuntimeStatus> statuses)
    {
        var query = new OrchestrationQuery(
            Statuses: Statuses(statuses), InstanceIdPrefix: prefix, PageSize: pageSize, FetchInputsAndOutputs: true);
        List<IReadOnlyList<InstanceState>> pages = [];
        await foreach (var page in client.GetAllInstancesAsync(query).AsPages())
            pages.Add([.. page.Values.Select(StateOf)]);
        return pages;
    }

    public async Task<(IReadOnlyList<string> Ids, string? Next)> ListIdsAsync(DateTimeOffset completedFrom, int pageSize, string? after)
    {
        var page = await client.ListInstanceIdsAsync(
            completedTimeFrom: completedFrom, pageSize: pageSize, lastInstanceKey: after, cancellation: Cancellation);
        return (page.Values, page.ContinuationToken);
    }

    public async Task<IReadOnlyList<string>> HistoryAsync(string id)
    {
        try
        {
            return [.. (await client.GetOrchestrationHistoryAsync(id, Cancellation)).Select(e => e.EventTypeCase.ToString())];
        }
        catch (ArgumentException)
        {
            return [];
        }
    }

    private static IEnumerable<OrchestrationRuntimeStatus>? Statuses(IReadOnlyList<RuntimeStatus> statuses) =>
        statuses.Count == 0 ? null : statuses.Select(status => (OrchestrationRuntimeStatus)status);

    private static InstanceState StateOf(OrchestrationMetadata found) => new(
        found.InstanceId,
        found.Name,
        (RuntimeStatus)found.RuntimeStatus,
        found.CreatedAt,
        found.LastUpdatedAt,
        found.SerializedInput,
        found.SerializedOutput,
        found.SerializedCustomStatus,
        found.FailureDetails is { } failure ? new Failure(failure.ErrorType, failure.ErrorMessage) : null,
        found.Tags);

    /// <summary>The exceptions of the public API, as what the hub said.</summary>
    private static async Task<T> Ask<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (OrchestrationAlreadyExistsException e)
        {
            throw new HubRefusalException(StatusCode.AlreadyExists, e.Message);
        }
        catch (Exception e) when (e.InnerException is RpcException refusal)
        {
            throw new HubRefusalException(refusal.StatusCode, e.Message);
        }
    }

    private static Task<bool> Ask(Func<Task> call) => Ask(async () =>
    {
        await call();
        return true;
    });
}
