using Pao.Activities.Resilience;
using Pao.DurableTask;

namespace Pao.Api.Health;

/// <summary>Whether the service works, whole and by part: <c>up</c> or <c>down</c>. A process names the parts that it uses.</summary>
/// <param name="CatalogOutage">What serves while the catalog's source cannot be read; nothing when it can.</param>
internal sealed record HealthBody(string Status, HealthParts Parts, CatalogOutage? CatalogOutage = null)
{
    public const string Up = "up";
    public const string Down = "down";

    /// <summary>Loops of this process that do not come round any more.</summary>
    public IReadOnlyList<string>? Stalled { get; init; }

    /// <summary>That the process was told to stop; it takes nothing new.</summary>
    public bool? Stopping { get; init; }

    /// <summary>The parts with how they stand; only for who may see it.</summary>
    public IReadOnlyList<PartBody>? Details { get; init; }

    /// <summary>The loops of this process; only for who may see it.</summary>
    public IReadOnlyList<LoopBody>? Loops { get; init; }

    /// <summary>Systems that are called, those in trouble first; only for who may see it.</summary>
    public IReadOnlyList<SystemBody>? Systems { get; init; }
}

internal sealed record HealthParts(
    string TaskHub, string Loops, string? Database = null, string? Catalog = null, string? CatalogSource = null, string? Cache = null,
    string? Systems = null);

/// <param name="Since">Since when it was seen to stand so.</param>
/// <param name="LatencyMs">How long its last answer took, of a part that is asked.</param>
internal sealed record PartBody(string Part, string State, DateTimeOffset Since, double? LatencyMs, string? Reason);

/// <summary>A loop is <c>alive</c>, or <c>stalled</c> when it has not come round for longer than it may.</summary>
internal sealed record LoopBody(string Name, string State, DateTimeOffset LastBeat)
{
    public static LoopBody Of(LoopStanding loop) => new(loop.Loop, loop.IsAlive ? "alive" : "stalled", loop.LastBeat);
}

/// <summary>A system that is called: its breaker is <c>closed</c> (it is called), <c>half_open</c> (it is tested) or <c>open</c>.</summary>
internal sealed record SystemBody(string Name, string State, DateTimeOffset Since, string? LastError, int InFlight, int Parked)
{
    public static SystemBody Of(SystemStanding standing) => new(
        standing.System,
        standing.State switch { BreakerState.Closed => "closed", BreakerState.HalfOpen => "half_open", _ => "open" },
        standing.Since,
        standing.LastError,
        standing.InFlight,
        standing.Parked);
}

/// <param name="LoadedAt">When what is in force was loaded; nothing when nothing is.</param>
/// <param name="Revision">What the source calls it, such as a commit's SHA.</param>
internal sealed record CatalogOutage(DateTimeOffset Since, DateTimeOffset? LoadedAt, string? Revision);

internal sealed record VersionBody(string Name, string Version, string Runtime);
