namespace Pao.DurableTask.Replay;

/// <summary>The code decided otherwise than its history says.</summary>
internal sealed class NonDeterministicOrchestrationException(string message) : Exception(message)
{
    /// <summary>The failure as all Durable Task SDKs of .NET name it.</summary>
    public TaskFailureDetails ToFailure() => Failure(Message);

    public static TaskFailureDetails Failure(string message) =>
        new(nameof(NonDeterministicOrchestrationException), message, null, null) { IsNonRetriable = true };
}
