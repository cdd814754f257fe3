using System.Text.Json.Serialization;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>How a fulfilment ended: completed, or aborted by a person.</summary>
public sealed record FulfilmentOutcome(RequestStatus Status);

/// <summary>Where a fulfilment stands: the custom status of its orchestration.</summary>
public sealed record FulfilmentProgress(string? CurrentAction, int Completed, int Total, bool WaitsForDecision)
{
    /// <summary>What goes on outside and is waited for, such as a ticket; null while PAO itself is at work.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WaitsFor { get; init; }
}
