using Pao.DurableTask;

namespace Pao.Activities;

/// <summary>An attempt at an action failed. Made by <see cref="ActionFailure"/>.</summary>
public sealed class ActionFailedException(string code, string message, bool retryable, ActionEffect effect, Exception? inner = null)
    : ActivityFailedException(code, message, retryable, inner)
{
    /// <summary>The code of a failure after which only a person can say what became of the effect.</summary>
    public const string OutcomeUnknown = "action.outcome_unknown";

    public ActionEffect Effect { get; } = effect;

    /// <summary>The same failure of somebody who knows more of the effect than who met it.</summary>
    internal ActionFailedException With(ActionEffect known, bool? retryable = null) =>
        new(Code, Message, retryable ?? Retryable, known, this) { Properties = Properties };
}

/// <summary>What is known of the effect of an attempt that failed. Any other exception than <see cref="ActionFailedException"/> leaves it unknown.</summary>
public enum ActionEffect
{
    /// <summary>It may have happened: the next attempt probes first.</summary>
    Unknown,

    /// <summary>It did not happen: nothing was sent, or the other system refused.</summary>
    None,

    /// <summary>It happened and is over, without success: a retry by a person makes it anew, under a new idempotency key.</summary>
    Ended,
}
