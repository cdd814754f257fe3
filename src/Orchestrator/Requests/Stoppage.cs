using System.Text.Json.Serialization;

namespace Pao.Orchestrator.Requests;

/// <summary>
/// Why a request stops. The id tells this stop from any other, so it is recorded once however often it is reported; its
/// number, which a decision answers, is given when it is recorded.
/// </summary>
/// <param name="RequestId">The request that stops.</param>
/// <param name="Id">The same for every report of this stop.</param>
/// <param name="ActionId">The action that failed; none when the orchestration itself ended, or components of a bundle failed.</param>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people.</param>
public sealed record Stoppage(Guid RequestId, Guid Id, string? ActionId, string Code, string Message)
{
    /// <summary>The components that failed; null when the request is for an item.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ComponentFailure>? Components { get; init; }
}

/// <summary>Why a component of a bundle stops.</summary>
/// <param name="ComponentId">Which one.</param>
/// <param name="ActionId">The action that failed; none when the component could not be prepared, or its orchestration ended.</param>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people.</param>
public sealed record ComponentFailure(string ComponentId, string? ActionId, string Code, string Message);
