using System.Text.Json.Serialization;
using Pao.Activities;
using Pao.Activities.Following;

namespace Pao.Orchestrator.Following;

/// <summary>An effect that is waited for, as far as it is known by now.</summary>
/// <remarks>It is kept in histories, so its JSON form outlives this version of the code.</remarks>
/// <param name="Execution">The action that made it.</param>
/// <param name="Waiting">What the last look has seen.</param>
/// <param name="Until">When it is given up; null when it may take for ever.</param>
internal sealed record AwaitedEffect(ActionExecution Execution, ActionProgress.Waiting Waiting, DateTimeOffset? Until)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private const int DoublingsToLongest = 10;

    /// <summary>Whether events about it find their way to the orchestration already.</summary>
    public bool Begun { get; init; }

    /// <summary>How many looks in a row have seen the same.</summary>
    public int Unchanged { get; init; }

    /// <summary>How many looks in a row could not read it.</summary>
    public int Misses { get; init; }

    [JsonIgnore]
    public EffectLook Look => new(Execution, Waiting, Until, Misses);

    public static AwaitedEffect Of(ActionExecution execution, ActionProgress.Waiting waiting, DateTime now) =>
        new(execution, waiting, (waiting.Timeout ?? execution.Timeout) is { } timeout ? new DateTimeOffset(now, TimeSpan.Zero) + timeout : null);

    public AwaitedEffect Seen(ActionProgress.Waiting waiting) =>
        this with { Waiting = waiting, Misses = 0, Unchanged = waiting.WaitsFor == Waiting.WaitsFor ? Unchanged + 1 : 0 };

    public AwaitedEffect Missed() => this with { Misses = Misses + 1 };

    /// <summary>
    /// How long to wait for an event before looking: what the executor asks for; else, and while the source cannot be read,
    /// longer each time, spread a little so that many do not ask at once.
    /// </summary>
    /// <param name="dice">Any number that replays alike.</param>
    public TimeSpan Pause(Guid dice)
    {
        if (Misses == 0 && Waiting.PollAfter is { } asked)
            return asked;

        var doublings = Math.Min(Math.Max(Misses, Unchanged), DoublingsToLongest);
        var pause = First * Math.Pow(2, doublings);
        var spread = 0.9 + (dice.ToByteArray()[0] / 255.0 * 0.2);
        var grown = (pause < Longest ? pause : Longest) * spread;
        return Waiting.PollAfter is { } least && least > grown ? least : grown;
    }
}
