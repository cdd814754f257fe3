namespace Pao.Activities;

/// <summary>What is known of earlier attempts when one begins.</summary>
public abstract record ActionIntent
{
    private ActionIntent()
    {
    }

    /// <summary>None of them can have made the effect.</summary>
    public sealed record Fresh : ActionIntent;

    /// <summary>One of them was begun and left no receipt: probe before the call.</summary>
    public sealed record Unsure : ActionIntent
    {
        /// <summary>Before which none of them was begun; null where that was not noted.</summary>
        public DateTimeOffset? Since { get; init; }
    }

    /// <summary>The effect is there and goes on; nothing was noted.</summary>
    public sealed record Waiting(ActionProgress.Waiting Progress) : ActionIntent;

    /// <summary>The action is done; nothing was noted.</summary>
    public sealed record Done(ActionResult Receipt) : ActionIntent;
}
