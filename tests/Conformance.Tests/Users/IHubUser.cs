namespace Pao.Conformance.Tests.Users;

/// <summary>
/// What the suite does as a client, by whatever SDK. Payloads are serialized JSON. A refusal of the hub is a
/// <see cref="HubRefusalException"/>.
/// </summary>
internal interface IHubUser
{
    Task<string> ScheduleAsync(string name, object? input = null, StartOptions? options = null);

    Task<InstanceState?> GetAsync(string id);

    Task<InstanceState> WaitForStartAsync(string id);

    Task<InstanceState> WaitForCompletionAsync(string id);

    Task RaiseAsync(string id, string name, object? payload);

    Task TerminateAsync(string id, object? output = null, bool recursive = false);

    Task SuspendAsync(string id);

    Task ResumeAsync(string id);

    Task RewindAsync(string id);

    Task<string> RestartAsync(string id, bool withNewId);

    /// <summary>How many instances were purged.</summary>
    Task<int> PurgeAsync(string id, bool recursive = false);

    Task<int> PurgeAllAsync(DateTimeOffset createdFrom, params IReadOnlyList<RuntimeStatus> statuses);

    /// <summary>All pages of the instances that match.</summary>
    Task<IReadOnlyList<IReadOnlyList<InstanceState>>> QueryAsync(string prefix, int pageSize = 100, params IReadOnlyList<RuntimeStatus> statuses);

    /// <summary>A page of the ids of ended instances, and where the next begins.</summary>
    Task<(IReadOnlyList<string> Ids, string? Next)> ListIdsAsync(DateTimeOffset completedFrom, int pageSize, string? after = null);

    /// <summary>The kinds of the events, in order; empty for an unknown instance.</summary>
    Task<IReadOnlyList<string>> HistoryAsync(string id);
}

internal sealed record StartOptions(
    string? Id = null, DateTimeOffset? StartAt = null, string? Version = null, IReadOnlyDictionary<string, string>? Tags = null);

/// <summary>The protocol's numbers, which every SDK keeps.</summary>
internal enum RuntimeStatus
{
    Running = 0,
    Completed = 1,
    Failed = 3,
    Terminated = 5,
    Pending = 6,
    Suspended = 7,
}

internal sealed record InstanceState(
    string Id,
    string Name,
    RuntimeStatus Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    string? Input,
    string? Output,
    string? CustomStatus,
    Failure? Failure,
    IReadOnlyDictionary<string, string> Tags);

internal sealed record Failure(string Type, string Message);

/// <summary>The hub said no, with the status code that the protocol has for it.</summary>
internal sealed class HubRefusalException(Grpc.Core.StatusCode code, string message) : Exception($"{code}: {message}")
{
    public Grpc.Core.StatusCode Code { get; } = code;
}
