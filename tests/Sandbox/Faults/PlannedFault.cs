namespace Pao.Sandbox.Faults;

internal enum FaultKind
{
    /// <summary>The call is answered late: <see cref="PlannedFault.Milliseconds"/>.</summary>
    Latency,

    /// <summary>Refused with <see cref="PlannedFault.Status"/>, before any effect.</summary>
    Status,

    /// <summary>The effect happens, and the answer is <see cref="PlannedFault.Status"/> even so.</summary>
    StatusAfter,

    /// <summary>The connection is cut before any effect.</summary>
    DropBefore,

    /// <summary>The connection is cut after the effect.</summary>
    DropAfter,

    /// <summary>The connection is cut at once, and the effect happens <see cref="PlannedFault.Milliseconds"/> later.</summary>
    DropThenEffect,

    /// <summary>The effect happens, and nothing is answered until the caller gives up.</summary>
    HangAfter,

    /// <summary>The effect happens, the answer begins, and its body does not come until the caller gives up.</summary>
    StallAfter,

    /// <summary>The effect happens, and the answer's body is cut in the middle of its JSON.</summary>
    Malformed,

    /// <summary>The effect happens, and the answer's body is <see cref="PlannedFault.Body"/>.</summary>
    Replaced,

    /// <summary>The effect happens, and the answer's body does not end.</summary>
    Huge,
}

/// <summary>What the next calls to a path meet, and what is answered then.</summary>
/// <remarks>
/// The path is a regular expression for all of it; without a method any does. So many calls are skipped, which pass unharmed,
/// and so many times it happens.
/// </remarks>
internal sealed record PlannedFault(
    FaultKind Kind, string Path, string? Method = null, int Skip = 0, int Times = 1, int Status = 503, string? RetryAfter = null,
    int Milliseconds = 0, string? Body = null, string? LoginReason = null);
