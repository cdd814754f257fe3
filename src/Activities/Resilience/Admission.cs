namespace Pao.Activities.Resilience;

/// <summary>Whether an action may go to an external system now.</summary>
public abstract record Admission
{
    private Admission()
    {
    }

    /// <summary>It goes now. When the system is being tested, this is the test.</summary>
    public sealed record Admitted : Admission
    {
        internal static Admitted Now { get; } = new();
    }

    /// <summary>It waits, costs no try, and asks again under the same key after the wait.</summary>
    /// <param name="System">Which system it waits for.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Since">Since when the system has been so; null when it is only busy.</param>
    /// <param name="LastError">How the last call failed that did: <c>timeout</c>, <c>503</c>.</param>
    /// <param name="Until">When to ask again.</param>
    /// <param name="Wait">The same, from now.</param>
    public sealed record Parked(
        string System, ParkedReason Reason, DateTimeOffset? Since, string? LastError, DateTimeOffset Until, TimeSpan Wait) : Admission
    {
        /// <summary>For people: which system, why, since when.</summary>
        public string Describe() => Reason switch
        {
            ParkedReason.Busy => $"{System} has as many calls from here as it is given at once.",
            ParkedReason.Recovering => $"{System} is back since {Since:u}; those who wait go in turn.",
            _ => $"{System} is unavailable since {Since:u} (last error: {LastError ?? "none"}).",
        };
    }
}

public enum ParkedReason
{
    /// <summary>Too many calls failed. One at a time tests whether the system is back.</summary>
    Unavailable,

    /// <summary>The system is back; those who waited are let in in growing waves.</summary>
    Recovering,

    /// <summary>As many calls as it is given at once are under way, and as many wait.</summary>
    Busy,
}
