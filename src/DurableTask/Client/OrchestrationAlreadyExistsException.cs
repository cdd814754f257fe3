namespace Pao.DurableTask.Client;

/// <summary>There is an instance with the same id that may not be replaced.</summary>
public sealed class OrchestrationAlreadyExistsException(string message, Exception? innerException = null)
    : Exception(message, innerException);
