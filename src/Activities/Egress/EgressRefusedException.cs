namespace Pao.Activities.Egress;

/// <summary>
/// A call to where the service may not call; nothing was sent. The message names the host and the setting that would
/// allow it, and nothing of the call.
/// </summary>
public sealed class EgressRefusedException(string message) : HttpRequestException(HttpRequestError.ConnectionError, message)
{
    /// <summary>The refusal behind a failed call; null when it failed for another reason.</summary>
    internal static EgressRefusedException? In(Exception? failure)
    {
        while (failure is not (null or EgressRefusedException))
            failure = failure.InnerException;
        return failure as EgressRefusedException;
    }
}
