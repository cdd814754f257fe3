using System.Text.Json.Serialization;

namespace Pao.Activities;

/// <summary>Where an action stands after an attempt, as histories keep it: done, or waiting.</summary>
/// <param name="Result">When it is done.</param>
/// <param name="Waiting">When its effect goes on.</param>
public sealed record ActionStanding(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ActionResult? Result,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ActionProgress.Waiting? Waiting)
{
    /// <summary>What was found about an earlier attempt, when it was asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Probe { get; init; }

    public static ActionStanding Of(ActionProgress progress) => progress switch
    {
        ActionProgress.Done done => new(done.Result, Waiting: null),
        ActionProgress.Waiting waiting => new(Result: null, waiting),
        _ => throw new ArgumentOutOfRangeException(nameof(progress), progress, "No such progress."),
    };
}
