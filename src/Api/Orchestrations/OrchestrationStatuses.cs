using Pao.DurableTask.Protocol;

namespace Pao.Api.Orchestrations;

/// <summary>How this API writes an orchestration's status.</summary>
internal static class OrchestrationStatuses
{
    /// <summary>The error type with which the hub ends an instance that it sets aside.</summary>
    private const string Poisoned = "PoisonedInstance";

    public static readonly IReadOnlyList<string> Words =
        ["pending", "running", "suspended", "completed", "failed", "terminated", "canceled", "continued_as_new"];

    public static string ToText(this OrchestrationStatus status) => status switch
    {
        OrchestrationStatus.Pending => "pending",
        OrchestrationStatus.Running => "running",
        OrchestrationStatus.Suspended => "suspended",
        OrchestrationStatus.Completed => "completed",
        OrchestrationStatus.Failed => "failed",
        OrchestrationStatus.Terminated => "terminated",
        OrchestrationStatus.Canceled => "canceled",
        OrchestrationStatus.ContinuedAsNew => "continued_as_new",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "The hub knows a status that this API does not."),
    };

    public static OrchestrationStatus? Parse(string text)
    {
        foreach (var status in Enum.GetValues<OrchestrationStatus>())
            if (status.ToText() == text)
                return status;

        return null;
    }

    public static bool HasEnded(this OrchestrationStatus status) => status
        is OrchestrationStatus.Completed or OrchestrationStatus.Failed or OrchestrationStatus.Terminated or OrchestrationStatus.Canceled;

    public static bool IsPoisoned(this OrchestrationState state) =>
        state.OrchestrationStatus is OrchestrationStatus.Failed && state.FailureDetails?.ErrorType == Poisoned;
}
