namespace Pao.DurableTask;

/// <summary>
/// An activity could not do what it was asked. The orchestration sees the code as the failure's
/// <see cref="TaskFailureDetails.ErrorType"/>.
/// </summary>
/// <param name="code">A stable name for the failure, such as <c>jira.not_found</c>: callers branch on it.</param>
/// <param name="message">What failed, for a person.</param>
/// <param name="retryable">Whether the same call may succeed later; if not, no retry policy tries again.</param>
/// <param name="inner">What caused it.</param>
public class ActivityFailedException(string code, string message, bool retryable, Exception? inner = null)
    : Exception(message, inner)
{
    public string Code { get; } = code;

    public bool Retryable { get; } = retryable;

    /// <summary>Further values for the orchestration, kept as <see cref="TaskFailureDetails.Properties"/>: texts, numbers, true or false.</summary>
    public IDictionary<string, object?>? Properties { get; init; }
}
