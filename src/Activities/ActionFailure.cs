using Pao.Activities.Resilience;
using Pao.DurableTask;

namespace Pao.Activities;

/// <summary>The ways an action fails. The codes are contract: orchestrations and people branch on them.</summary>
internal static class ActionFailure
{
    /// <summary>The document asks for something that this version cannot do.</summary>
    public static ActivityFailedException Unsupported(string message) => new("action.unsupported", message, retryable: false);

    /// <summary>What was prepared cannot be sent; nothing was.</summary>
    public static ActivityFailedException Invalid(string message) => new("action.invalid", message, retryable: false);

    public static ActivityFailedException SecretMissing(string message) => new("action.secret_missing", message, retryable: false);

    /// <summary>The service may not call there; nothing was sent.</summary>
    public static ActivityFailedException EgressRefused(string message) => new("action.egress_refused", message, retryable: false);

    /// <summary>The other system is left alone for now. The action waits and goes on by itself; it costs none of its tries.</summary>
    public static ActivityFailedException SystemUnavailable(Admission.Parked parked) =>
        new(FailureProperties.SystemUnavailable, parked.Describe(), retryable: true) { Properties = FailureProperties.Of(parked) };

    /// <summary>The other system refused, and would refuse again.</summary>
    public static ActivityFailedException Rejected(string message) => new("action.rejected", message, retryable: false);

    /// <summary>The other system could not be reached, dropped the connection or said that it cannot serve now.</summary>
    /// <param name="message">What it said.</param>
    /// <param name="pause">How long it asked to be left alone.</param>
    public static ActivityFailedException Unavailable(string message, TimeSpan? pause = null) =>
        new("action.unavailable", message, retryable: true) { Properties = FailureProperties.Of(pause) };

    public static ActivityFailedException TimedOut(string message) => new("action.timeout", message, retryable: true);

    /// <summary>An answer came, but not the one that the document expects.</summary>
    public static ActivityFailedException Unexpected(string message) => new("action.unexpected_response", message, retryable: false);

    public static ActivityFailedException TooLarge(string message) => new("action.response_too_large", message, retryable: false);
}
