using Pao.Activities.Resilience;

namespace Pao.Activities;

/// <summary>The ways an action fails. The codes are contract: orchestrations and people branch on them.</summary>
internal static class ActionFailure
{
    public const string TooLargeCode = "action.response_too_large";

    /// <summary>The document asks for something that this version cannot do.</summary>
    public static ActionFailedException Unsupported(string message) => Nothing("action.unsupported", message, retryable: false);

    /// <summary>What was prepared cannot be sent; nothing was.</summary>
    public static ActionFailedException Invalid(string message) => Nothing("action.invalid", message, retryable: false);

    public static ActionFailedException SecretMissing(string message) => Nothing("action.secret_missing", message, retryable: false);

    /// <summary>The store that keeps the secret does not answer now; nothing was sent.</summary>
    public static ActionFailedException SecretUnavailable(string message) => Nothing("action.secret_unavailable", message, retryable: true);

    /// <summary>The secret is not for this item, this type of action or this host; nothing was sent.</summary>
    public static ActionFailedException SecretRefused(string message) => Nothing("action.secret_refused", message, retryable: false);

    /// <summary>The service may not call there; nothing was sent.</summary>
    public static ActionFailedException EgressRefused(string message) => Nothing("action.egress_refused", message, retryable: false);

    /// <summary>The other system is left alone for now. The action waits and goes on by itself; it costs none of its tries.</summary>
    /// <param name="parked">Which system, and for how long.</param>
    /// <param name="wasSent">It was the call that tested the system, and failed.</param>
    public static ActionFailedException SystemUnavailable(Admission.Parked parked, bool wasSent = false) =>
        new(FailureProperties.SystemUnavailable, parked.Describe(), retryable: true, wasSent ? ActionEffect.Unknown : ActionEffect.None)
        {
            Properties = FailureProperties.Of(parked),
        };

    /// <summary>The other system refused, and would refuse again.</summary>
    public static ActionFailedException Rejected(string message) => Nothing("action.rejected", message, retryable: false);

    /// <summary>The other system could not be reached, or said that it did not take the call; it may later.</summary>
    public static ActionFailedException Unavailable(string message, TimeSpan? pause = null) =>
        Nothing("action.unavailable", message, retryable: true, pause);

    /// <summary>The connection was lost after something was sent, or the other system broke down over it.</summary>
    public static ActionFailedException Lost(string message, TimeSpan? pause = null) =>
        Unsure("action.unavailable", message, retryable: true, pause);

    /// <summary>It was sent, and no answer came in time.</summary>
    public static ActionFailedException TimedOut(string message) => Unsure("action.timeout", message, retryable: true);

    /// <summary>An answer came, but not the one that the document expects.</summary>
    public static ActionFailedException Unexpected(string message) => Unsure("action.unexpected_response", message, retryable: false);

    public static ActionFailedException TooLarge(string message) => Unsure(TooLargeCode, message, retryable: false);

    /// <summary>The effect was made and ended without success: a ticket that was turned down, a run that failed.</summary>
    public static ActionFailedException Unsuccessful(string message) =>
        new("action.failed", message, retryable: false, ActionEffect.Ended);

    /// <summary>The effect is there and over, but what the document wants to read from it is not.</summary>
    public static ActionFailedException OutputsMissing(string message) => Unsure("action.outputs_missing", message, retryable: false);

    /// <summary>Whether an earlier attempt made the effect cannot be found out; only a person can tell.</summary>
    public static ActionFailedException OutcomeUnknown(string message) =>
        Unsure(ActionFailedException.OutcomeUnknown, message, retryable: false);

    private static ActionFailedException Nothing(string code, string message, bool retryable, TimeSpan? pause = null) =>
        new(code, message, retryable, ActionEffect.None) { Properties = FailureProperties.Of(pause) };

    private static ActionFailedException Unsure(string code, string message, bool retryable, TimeSpan? pause = null) =>
        new(code, message, retryable, ActionEffect.Unknown) { Properties = FailureProperties.Of(pause) };
}
