namespace Pao.Conformance.Tests.Users;

/// <summary>The official JavaScript SDK's client.</summary>
internal sealed class NodeUser(NodeProcess node) : IHubUser
{
    public Task<string> ScheduleAsync(string name, object? input, StartOptions? options) =>
        node.AskAsync<string>("schedule", name, input, options ?? new StartOptions());

    public Task<InstanceState?> GetAsync(string id) => node.AskAsync<InstanceState?>("get", id);

    public Task<InstanceState> WaitForStartAsync(string id) => node.AskAsync<InstanceState>("waitForStart", id);

    public Task<InstanceState> WaitForCompletionAsync(string id) => node.AskAsync<InstanceState>("waitForCompletion", id);

    public Task RaiseAsync(string id, string name, object? payload) => node.AskAsync<object?>("raise", id, name, payload);

    public Task TerminateAsync(string id, object? output, bool recursive) => node.AskAsync<object?>("terminate", id, output, recursive);

    public Task SuspendAsync(string id) => node.AskAsync<object?>("suspend", id);

    public Task ResumeAsync(string id) => node.AskAsync<object?>("resume", id);

    public Task RewindAsync(string id) => node.AskAsync<object?>("rewind", id, "again");

    public Task<string> RestartAsync(string id, bool withNewId) => node.AskAsync<string>("restart", id, withNewId);

    public Task<int> PurgeAsync(string id, bool recursive) => node.AskAsync<int>("purge", id, recursive);

    public Task<int> PurgeAllAsync(DateTimeOffset createdFrom, params IReadOnlyList<RuntimeStatus> statuses) =>
        node.AskAsync<int>("purgeAll", new { createdFrom, statuses });

    public async Task<IReadOnlyList<IReadOnlyList<InstanceState>>> QueryAsync(
        string prefix, int pageSize, params IReadOnlyList<RuntimeStatus> statuses) =>
        await node.AskAsync<InstanceState[][]>("query", new { prefix, pageSize, statuses = statuses.Count == 0 ? null : statuses });

    public async Task<(IReadOnlyList<string> Ids, string? Next)> ListIdsAsync(DateTimeOffset completedFrom, int pageSize, string? after)
    {
        var page = await node.AskAsync<IdPage>("listIds", new { completedFrom, pageSize, after });
        return (page.Ids, page.Next);
    }

    public async Task<IReadOnlyList<string>> HistoryAsync(string id) => await node.AskAsync<string[]>("history", id);

    private sealed record IdPage(IReadOnlyList<string> Ids, string? Next);
}
