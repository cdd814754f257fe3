using Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Client;

/// <summary>An instance's state at the time of the query.</summary>
public sealed record OrchestrationMetadata(string Name, string InstanceId)
{
    public OrchestrationRuntimeStatus RuntimeStatus { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset LastUpdatedAt { get; init; }

    public string? SerializedInput { get; init; }

    public string? SerializedOutput { get; init; }

    public string? SerializedCustomStatus { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public TaskFailureDetails? FailureDetails { get; init; }

    public DataConverter? DataConverter { get; init; }

    public bool IsRunning => RuntimeStatus == OrchestrationRuntimeStatus.Running;

    public bool IsCompleted => RuntimeStatus is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed
        or OrchestrationRuntimeStatus.Terminated or OrchestrationRuntimeStatus.Canceled;

    private bool Fetched { get; init; }

    public T? ReadInputAs<T>() => Read<T>(SerializedInput);

    public T? ReadOutputAs<T>() => Read<T>(SerializedOutput);

    public T? ReadCustomStatusAs<T>() => Read<T>(SerializedCustomStatus);

    internal static OrchestrationMetadata From(OrchestrationState state, bool fetched, DataConverter converter) =>
        new(state.Name, state.InstanceId)
        {
            RuntimeStatus = (OrchestrationRuntimeStatus)state.OrchestrationStatus,
            CreatedAt = state.CreatedTimestamp?.ToDateTimeOffset() ?? default,
            LastUpdatedAt = state.LastUpdatedTimestamp?.ToDateTimeOffset() ?? default,
            SerializedInput = state.Input,
            SerializedOutput = state.Output,
            SerializedCustomStatus = state.CustomStatus,
            Tags = new Dictionary<string, string>(state.Tags),
            FailureDetails = state.FailureDetails is null ? null : TaskFailureDetails.From(state.FailureDetails),
            DataConverter = converter,
            Fetched = fetched,
        };

    private T? Read<T>(string? data) => Fetched && DataConverter is not null
        ? DataConverter.Deserialize<T>(data)
        : throw new InvalidOperationException(
            $"Inputs and outputs of instance '{InstanceId}' were not fetched: ask with getInputsAndOutputs (or FetchInputsAndOutputs) set.");
}
