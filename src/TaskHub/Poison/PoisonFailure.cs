using Pao.DurableTask.Protocol;

namespace Pao.TaskHub.Poison;

/// <summary>How a work item that cannot be handled shows: failures that every Durable Task tool reads.</summary>
internal static class PoisonFailure
{
    /// <summary>The error type of an instance that was set aside.</summary>
    public const string InstanceErrorType = "PoisonedInstance";

    /// <summary>The error type of an activity that was set aside.</summary>
    public const string ActivityErrorType = "PoisonedActivity";

    public static TaskFailureDetails Of(string errorType, string message) =>
        new() { ErrorType = errorType, ErrorMessage = message, IsNonRetriable = true };

    /// <summary>A turn's decision to end the instance as failed.</summary>
    public static OrchestratorResponse Decision(OrchestrationState state, TaskFailureDetails failure)
    {
        var response = new OrchestratorResponse { CustomStatus = state.CustomStatus };
        response.Actions.Add(new OrchestratorAction
        {
            Id = -1,
            CompleteOrchestration = new CompleteOrchestrationAction
            {
                OrchestrationStatus = OrchestrationStatus.Failed,
                FailureDetails = failure,
            },
        });
        return response;
    }
}
