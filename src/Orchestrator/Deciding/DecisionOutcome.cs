using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Deciding;

/// <summary>How taking a decision ended.</summary>
public abstract record DecisionOutcome
{
    private DecisionOutcome()
    {
    }

    public sealed record Taken(Decision Decision) : DecisionOutcome;

    /// <summary>The same decision about the same stop was taken before.</summary>
    public sealed record TakenBefore : DecisionOutcome;

    /// <summary>The request does not wait for such a decision; it is in this state.</summary>
    public sealed record NotWaiting(RequestStatus Status) : DecisionOutcome;

    /// <summary>The request cannot be taken back: this action has begun what stays.</summary>
    public sealed record Irreversible(string Action) : DecisionOutcome;

    /// <summary>The request cannot be escalated: no operator has configured whom to ask.</summary>
    public sealed record NobodyToAsk : DecisionOutcome;

    /// <summary>What was said with the decision does not fit; JSON Pointers into the body with messages. Nothing was stored.</summary>
    public sealed record Refused(IReadOnlyDictionary<string, string[]> Errors) : DecisionOutcome;

    /// <summary>What a retry would do. Nothing was stored.</summary>
    public sealed record Previewed(RetryPreview Preview) : DecisionOutcome;

    public sealed record NoSuchRequest : DecisionOutcome;

    /// <summary>Who asks sees the request, and may not decide this about it.</summary>
    public sealed record NotAllowed : DecisionOutcome;
}
