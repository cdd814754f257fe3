namespace Pao.Orchestrator.Explaining;

/// <summary>What a request waits for, who can move it, and what comes next.</summary>
/// <param name="Summary">In one sentence.</param>
/// <param name="WaitsFor">Each thing by its name; nothing when the request has ended.</param>
/// <param name="WhoCanMove">Who, and how.</param>
/// <param name="Next">What happens when what it waits for has come.</param>
public sealed record Explanation(
    string Summary, IReadOnlyList<Awaited> WaitsFor, IReadOnlyList<string> WhoCanMove, IReadOnlyList<string> Next);

/// <summary>One thing that a request waits for.</summary>
/// <param name="Kind">What sort of thing.</param>
/// <param name="What">Its name: the ticket, the system, the activity.</param>
/// <param name="Action">The action that waits, after its component where there is one.</param>
/// <param name="Link">Where a person finds it.</param>
/// <param name="Since">Since when.</param>
/// <param name="Until">Until when at most, or when something happens by itself.</param>
public sealed record Awaited(
    AwaitedKind Kind, string What, string? Action = null, string? Link = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null)
{
    /// <summary>It goes on outside, and ends without anybody.</summary>
    internal bool EndsByItself { get; init; }
}

public enum AwaitedKind
{
    /// <summary>A person's decision.</summary>
    Decision,

    /// <summary>What goes on outside: a ticket, a run.</summary>
    Effect,

    /// <summary>An external system that is away.</summary>
    System,

    /// <summary>A worker of somebody else's.</summary>
    Worker,

    /// <summary>A timer, until the next try.</summary>
    Timer,

    /// <summary>PAO itself, which is at work or will be in a moment.</summary>
    Service,
}
