using Microsoft.Extensions.Logging.Abstractions;
using Pao.DurableTask.Protocol;
using Pao.DurableTask.Worker;

namespace Pao.DurableTask.Replay;

/// <summary>
/// Replays recorded histories with today's orchestrators: the test to run before a change of an orchestrator goes where
/// instances are running.
/// </summary>
public sealed class HistoryReplayer(DurableTaskRegistry registry, IServiceProvider services, DurableTaskWorkerOptions? options = null)
{
    private readonly ReplaySettings _settings = new(
        (options ?? new()).DataConverter,
        NullLoggerFactory.Instance,
        (options ?? new()).MaximumTimerInterval,
        (options ?? new()).Versioning.DefaultVersion);

    /// <summary>Plays the history turn by turn, each from its start, and compares what the code decides with what is recorded.</summary>
    /// <returns>The first difference, for a person; null when there is none.</returns>
    /// <exception cref="ArgumentException">The history does not begin an orchestration, or nobody registered its orchestrator.</exception>
    public string? FindDifference(IReadOnlyList<HistoryEvent> history)
    {
        var started = history.FirstOrDefault(e => e.ExecutionStarted is not null)?.ExecutionStarted
            ?? throw new ArgumentException("The history has no ExecutionStarted event.", nameof(history));

        foreach (var turn in RecordedTurn.Of(history))
        {
            var orchestrator = registry.FindOrchestrator(started.Name, started.Version ?? "", services)
                ?? throw new ArgumentException($"No orchestrator '{started.Name}' is registered.", nameof(history));
            var response = new OrchestratorResponse();
            new OrchestratorExecution(started, orchestrator, _settings).RunTurn(turn.Past, turn.Messages, response);

            if (turn.DifferenceFrom(response.Actions) is { } difference)
                return $"Turn {turn.Number} of instance '{started.OrchestrationInstance.InstanceId}': {difference}";
        }

        return null;
    }
}
