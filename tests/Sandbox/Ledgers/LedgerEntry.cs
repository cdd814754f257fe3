namespace Pao.Sandbox.Ledgers;

/// <summary>One call that was seen, and what came of it.</summary>
internal sealed record LedgerEntry(
    string? Key, string Method, string Path, string BodySha256, Outcome Outcome, int Status, DateTimeOffset At, string? TraceParent);

internal enum Outcome
{
    /// <summary>Something was made.</summary>
    Effect,

    /// <summary>The same call had its effect before; it was answered the same.</summary>
    Repeat,

    /// <summary>The key was used for another call before.</summary>
    Conflict,

    /// <summary>Nothing was made: the call was wrong, or it met a fault.</summary>
    Refused,

    /// <summary>Something was read.</summary>
    Read,
}
