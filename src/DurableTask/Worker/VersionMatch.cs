using Pao.DurableTask.Protocol;
using VersionMatchStrategy = Pao.DurableTask.Worker.DurableTaskWorkerOptions.VersionMatchStrategy;

namespace Pao.DurableTask.Worker;

internal static class VersionMatch
{
    /// <summary>Why this worker does not take the orchestration; null when it does.</summary>
    public static TaskFailureDetails? Mismatch(DurableTaskWorkerOptions.VersioningOptions versioning, ExecutionStartedEvent started)
    {
        TaskVersion wanted = started.Version ?? "";
        TaskVersion current = versioning.Version;
        var matches = versioning.MatchStrategy switch
        {
            VersionMatchStrategy.Strict => wanted == current,
            VersionMatchStrategy.CurrentOrOlder => wanted <= current,
            _ => true,
        };

        return matches ? null : new TaskFailureDetails(
            "VersionMismatch",
            $"Orchestrator '{started.Name}' has version '{wanted}'; this worker takes {versioning.MatchStrategy} of version '{current}'.",
            null,
            null)
        { IsNonRetriable = true };
    }
}
