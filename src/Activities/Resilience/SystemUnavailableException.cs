namespace Pao.Activities.Resilience;

/// <summary>An external system is left alone for now: its breaker is open, or it has as many calls as it is given at once.</summary>
/// <remarks>No <see cref="HttpRequestException"/>: of those a client makes a cancellation when the call's time is over too.</remarks>
public sealed class SystemUnavailableException : Exception
{
    internal SystemUnavailableException(Admission.Parked parked, bool wasSent, Exception? inner = null)
        : base(parked.Describe(), inner) => (Parked, WasSent) = (parked, wasSent);

    public Admission.Parked Parked { get; }

    /// <summary>Whether the call was made, as the test of the system that failed; else nothing has left.</summary>
    public bool WasSent { get; }
}
