namespace Pao.Activities.Resilience;

/// <summary>How an external system stands with this process.</summary>
/// <param name="System">Its name: <c>https://api.example.com</c>, <c>jira:default</c>.</param>
/// <param name="State">Of its breaker.</param>
/// <param name="Since">Since when.</param>
/// <param name="LastError">How the last call failed that did: <c>timeout</c>, <c>connection</c>, <c>503</c>; null when none has.</param>
/// <param name="InFlight">Calls under way.</param>
/// <param name="Parked">Actions that wait for it.</param>
public sealed record SystemStanding(string System, BreakerState State, DateTimeOffset Since, string? LastError, int InFlight, int Parked);

public enum BreakerState
{
    /// <summary>Calls are made.</summary>
    Closed,

    /// <summary>One call is being made, to see whether the system is back.</summary>
    HalfOpen,

    /// <summary>No calls are made.</summary>
    Open,
}
