namespace Pao.Activities.Http;

/// <summary>Whether a call whose answer was lost may be made again.</summary>
internal static class Repetition
{
    private static readonly HashSet<string> Idempotent = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"];

    /// <summary>Judges by the method, and by what the document says of the idempotency key.</summary>
    public static ProbeVerdict Judge(ActionConfig config, HttpMethod method)
    {
        if (Idempotent.Contains(method.Method))
            return new ProbeVerdict.Repeatable($"{method} may be repeated.");

        return KnowsKey(config)
            ? new ProbeVerdict.Repeatable("the other system knows the call by its idempotency key.")
            : new ProbeVerdict.Unknown(
                $"The document says that the other system ignores the idempotency key, so {method} must not be repeated blindly.");
    }

    /// <summary>Whether the other system makes one effect of one key; it does unless the document says otherwise.</summary>
    private static bool KnowsKey(ActionConfig config) => config.FindText("idempotencyKey") switch
    {
        null or "honoured" => true,
        "ignored" => false,
        var other => throw ActionFailure.Invalid($"'idempotencyKey' is '{other}'; it must be honoured or ignored."),
    };
}
