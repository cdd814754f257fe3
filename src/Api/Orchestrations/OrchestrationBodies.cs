using Pao.Api.Histories;
using Pao.Api.Hosting;
using Pao.DurableTask.Protocol;

namespace Pao.Api.Orchestrations;

/// <summary>An orchestration in a list. A poisoned one killed the process or could not be read: the hub has set it aside.</summary>
internal sealed record OrchestrationSummary(
    string Id,
    string Name,
    string? Version,
    string Status,
    bool Poisoned,
    string? ParentId,
    IReadOnlyDictionary<string, string> Tags,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? CompletedAt,
    OrchestrationLinks? Links)
{
    public static OrchestrationSummary From(OrchestrationState state, bool poisoned) => new(
        state.InstanceId, state.Name, state.Version, state.OrchestrationStatus.ToText(), poisoned, state.ParentInstanceId,
        state.Tags, state.CreatedTimestamp.ToDateTimeOffset(), state.LastUpdatedTimestamp.ToDateTimeOffset(),
        state.CompletedTimestamp?.ToDateTimeOffset(), OrchestrationLinks.To(state.InstanceId));
}

/// <summary>An orchestration with everything about it. Inputs and outputs are shortened, and secrets in them redacted.</summary>
internal sealed record OrchestrationDetails(
    string Id,
    string Name,
    string? Version,
    string Status,
    bool Poisoned,
    string? ParentId,
    IReadOnlyDictionary<string, string> Tags,
    string? CustomStatus,
    string? Input,
    string? Output,
    OrchestrationFailure? Failure,
    DateTimeOffset? ScheduledAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? CompletedAt,
    OrchestrationLinks? Links)
{
    public static OrchestrationDetails From(OrchestrationState state) => new(
        state.InstanceId, state.Name, state.Version, state.OrchestrationStatus.ToText(), state.IsPoisoned(), state.ParentInstanceId,
        state.Tags, PayloadText.Of(state.CustomStatus), PayloadText.Of(state.Input), PayloadText.Of(state.Output),
        OrchestrationFailure.From(state.FailureDetails), state.ScheduledStartTimestamp?.ToDateTimeOffset(),
        state.CreatedTimestamp.ToDateTimeOffset(), state.LastUpdatedTimestamp.ToDateTimeOffset(),
        state.CompletedTimestamp?.ToDateTimeOffset(), OrchestrationLinks.To(state.InstanceId));
}

/// <summary>How an orchestration failed, and what caused that, from the outermost to the innermost.</summary>
internal sealed record OrchestrationFailure(string Type, string? Message, IReadOnlyList<OrchestrationCause> Inner)
{
    private const int MaxCauses = 10;

    public static OrchestrationFailure? From(TaskFailureDetails? failure)
    {
        if (failure is null)
            return null;

        List<OrchestrationCause> causes = [];
        for (var inner = failure.InnerFailure; inner is not null && causes.Count < MaxCauses; inner = inner.InnerFailure)
            causes.Add(new(inner.ErrorType, PayloadText.Of(inner.ErrorMessage)));

        return new(failure.ErrorType, PayloadText.Of(failure.ErrorMessage), causes);
    }
}

internal sealed record OrchestrationCause(string Type, string? Message);

/// <summary>Where an orchestration is found. One whose id a path cannot carry has no links.</summary>
internal sealed record OrchestrationLinks(string Self, string History)
{
    public static OrchestrationLinks? To(string id)
    {
        var self = Path(id);
        return RawPath.IsPlain(self) ? new(self, $"{self}/history") : null;
    }

    public static string Path(string id) => $"/api/v1/orchestrations/{Uri.EscapeDataString(id)}";
}

/// <summary>The answer to a restart: the new orchestration, and the one whose name, input and tags it has.</summary>
internal sealed record RestartedOrchestration(string Id, string RestartedFrom, OrchestrationLinks? Links);
