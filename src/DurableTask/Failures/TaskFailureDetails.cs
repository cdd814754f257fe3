using Wire = Pao.DurableTask.Protocol.TaskFailureDetails;

namespace Pao.DurableTask;

/// <summary>A failure as history keeps it.</summary>
/// <param name="ErrorType">The exception's full type name, or the code of an <see cref="ActivityFailedException"/>.</param>
/// <param name="ErrorMessage">What failed, for a person.</param>
/// <param name="StackTrace">Where, when known.</param>
/// <param name="InnerFailure">What caused it.</param>
/// <param name="Properties">Further values that another SDK attached.</param>
public record TaskFailureDetails(
    string ErrorType,
    string ErrorMessage,
    string? StackTrace,
    TaskFailureDetails? InnerFailure,
    IDictionary<string, object?>? Properties = null)
{
    /// <summary>Whether trying again is pointless; retry policies then don't.</summary>
    public bool IsNonRetriable { get; init; }

    public static TaskFailureDetails FromException(Exception exception)
    {
        var inner = exception switch
        {
            TaskFailedException failed => failed.FailureDetails,
            { InnerException: { } cause } => FromException(cause),
            _ => null,
        };

        // A foreseen failure says all by its code and message; where it was thrown is no news to anybody.
        return exception is ActivityFailedException activity
            ? new(activity.Code, activity.Message, StackTrace: null, inner, activity.Properties) { IsNonRetriable = !activity.Retryable }
            : new(exception.GetType().FullName ?? exception.GetType().Name, exception.Message, exception.StackTrace, inner);
    }

    public bool IsCausedBy<T>()
        where T : Exception => IsCausedBy(typeof(T));

    /// <summary>Whether the failure is of this exception type or one derived from it, as far as the type can be found here.</summary>
    public bool IsCausedBy(Type targetBaseExceptionType)
    {
        ArgumentNullException.ThrowIfNull(targetBaseExceptionType);
        return ErrorType == targetBaseExceptionType.FullName
            || targetBaseExceptionType.IsAssignableFrom(ExceptionTypes.Find(ErrorType));
    }

    public override string ToString() => $"{ErrorType}: {ErrorMessage}";

    internal static TaskFailureDetails From(Wire wire) =>
        new(
            wire.ErrorType,
            wire.ErrorMessage,
            wire.StackTrace,
            wire.InnerFailure is null ? null : From(wire.InnerFailure),
            wire.Properties.Count == 0 ? null : wire.Properties.ToDictionary(p => p.Key, p => JsonValue.Read(p.Value)))
        {
            IsNonRetriable = wire.IsNonRetriable,
        };

    internal Wire ToWire()
    {
        var wire = new Wire
        {
            ErrorType = ErrorType,
            ErrorMessage = ErrorMessage,
            StackTrace = StackTrace,
            InnerFailure = InnerFailure?.ToWire(),
            IsNonRetriable = IsNonRetriable,
        };

        foreach (var (key, value) in Properties ?? new Dictionary<string, object?>())
            wire.Properties[key] = JsonValue.Write(value);

        return wire;
    }
}
