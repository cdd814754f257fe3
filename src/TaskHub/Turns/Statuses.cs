using Pao.DurableTask.Protocol;

namespace Pao.TaskHub.Turns;

internal static class Statuses
{
    /// <summary>Statuses that an instance does not leave by itself.</summary>
    public static readonly OrchestrationStatus[] Terminal =
    [
        OrchestrationStatus.Completed, OrchestrationStatus.Failed, OrchestrationStatus.Canceled, OrchestrationStatus.Terminated,
    ];

    public static bool IsTerminal(this OrchestrationStatus status) => Terminal.Contains(status);
}
