using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pao.Orchestrator.Requests;

/// <summary>
/// What a person decided about a failed request; the payload of the event that wakes its orchestration. The failure says
/// which stop it answers, so a decision that comes late or twice answers none.
/// </summary>
public sealed record Decision(Guid Id, Guid RequestId, int Failure, DecisionKind Kind, string By, string? Reason)
{
    /// <summary>The name of the event.</summary>
    public const string EventName = "decision";
}

[JsonConverter(typeof(DecisionKindConverter))]
public enum DecisionKind
{
    Retry,
    Abort,
}

internal sealed class DecisionKindConverter()
    : JsonStringEnumConverter<DecisionKind>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);

/// <summary>How taking a decision ended.</summary>
public abstract record DecisionOutcome
{
    private DecisionOutcome()
    {
    }

    public sealed record Taken(Decision Decision) : DecisionOutcome;

    /// <summary>The same decision about the same stop was taken before.</summary>
    public sealed record TakenBefore : DecisionOutcome;

    /// <summary>The request does not wait for a decision; it is in this state.</summary>
    public sealed record NotWaiting(RequestStatus Status) : DecisionOutcome;

    public sealed record NoSuchRequest : DecisionOutcome;
}
