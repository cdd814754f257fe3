using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Deciding;

/// <summary>
/// What a person decided about a request; of a retry or an abort also the payload of the event that wakes its
/// orchestration. The failure says which stop it answers, so a decision that comes late or twice answers none.
/// </summary>
/// <remarks>It is kept in histories, so its JSON form outlives this version of the code.</remarks>
public sealed record Decision(Guid Id, Guid RequestId, int Failure, DecisionKind Kind, string By, string? Reason)
{
    /// <summary>The name of the event.</summary>
    public const string EventName = "decision";

    /// <summary>All of the request's fields, when some were corrected.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonObject? Fields { get; init; }

    /// <summary>With corrected fields of a bundle: the components that are done anew.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Components { get; init; }

    /// <summary>What goes on outside, and is to be cancelled because of it.</summary>
    [JsonIgnore]
    public IReadOnlyList<LeftEffect> Effects { get; init; } = [];
}

[JsonConverter(typeof(DecisionKindConverter))]
public enum DecisionKind
{
    /// <summary>What failed goes on.</summary>
    Retry,

    /// <summary>The request is given up.</summary>
    Abort,

    /// <summary>Others are asked for help.</summary>
    Escalate,

    /// <summary>The request is taken back before anything was done.</summary>
    Cancel,
}

internal sealed class DecisionKindConverter()
    : JsonStringEnumConverter<DecisionKind>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);

internal static class DecisionKinds
{
    public static string ToText(this DecisionKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    public static IReadOnlyList<Transition> Transitions(this DecisionKind kind) => kind switch
    {
        DecisionKind.Retry => Transition.Retry,
        DecisionKind.Abort => Transition.Abort,
        DecisionKind.Escalate => Transition.Escalate,
        DecisionKind.Cancel => Transition.Cancel,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such decision."),
    };
}
