using Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Replay;

/// <summary>One turn of a recorded history: what came before it, what it was given, and what was decided.</summary>
internal sealed record RecordedTurn(
    int Number, IReadOnlyList<HistoryEvent> Past, IReadOnlyList<HistoryEvent> Messages, IReadOnlyList<HistoryEvent> Decisions)
{
    public static IEnumerable<RecordedTurn> Of(IReadOnlyList<HistoryEvent> history)
    {
        List<int> starts = [.. history.Index().Where(e => e.Item.OrchestratorStarted is not null).Select(e => e.Index), history.Count];
        for (var i = 0; i + 1 < starts.Count; i++)
        {
            List<HistoryEvent> turn = [.. history.Take(starts[i]..starts[i + 1])];
            yield return new RecordedTurn(
                i + 1,
                [.. history.Take(starts[i])],
                [.. turn.Where(e => !IsDecision(e) && e.OrchestratorCompleted is null)],
                [.. turn.Where(IsDecision)]);
        }
    }

    /// <summary>How the decisions differ from those that were recorded; null when they don't.</summary>
    public string? DifferenceFrom(IReadOnlyList<OrchestratorAction> actions)
    {
        if (actions is [{ CompleteOrchestration.FailureDetails: { } failure }] && Decisions.All(e => e.ExecutionCompleted?.FailureDetails is null))
            return failure.ErrorMessage;

        for (var i = 0; i < Math.Max(Decisions.Count, actions.Count); i++)
        {
            var recorded = i < Decisions.Count ? Describe(Decisions[i]) : "nothing";
            var decided = i < actions.Count ? Describe(actions[i]) : "nothing";
            if (recorded != decided)
                return $"the history has {recorded}, today's code decides {decided}.";
        }

        return null;
    }

    private static bool IsDecision(HistoryEvent e) => e.TaskScheduled is not null || e.TimerCreated is not null
        || e.SubOrchestrationInstanceCreated is not null || e.EventSent is not null || e.ExecutionCompleted is not null;

    // Whether an activity's input has an array around it is a setting of the worker, not a decision of the code.
    private static string Describe(HistoryEvent e) => e switch
    {
        { TaskScheduled: { } task } => $"#{e.EventId} activity {task.Name} {ActivityInput.Unwrap(task.Input)}",
        { TimerCreated: { } timer } => $"#{e.EventId} timer {timer.FireAt}",
        { SubOrchestrationInstanceCreated: { } child } => $"#{e.EventId} sub-orchestration {child.Name} {child.InstanceId} {child.Input}",
        { EventSent: { } sent } => $"#{e.EventId} event {sent.Name} {sent.Input}",
        _ => $"#{e.EventId} end {e.ExecutionCompleted.OrchestrationStatus} {e.ExecutionCompleted.Result}",
    };

    private static string Describe(OrchestratorAction action) => action switch
    {
        { ScheduleTask: { } task } => $"#{action.Id} activity {task.Name} {ActivityInput.Unwrap(task.Input)}",
        { CreateTimer: { } timer } => $"#{action.Id} timer {timer.FireAt}",
        { CreateSubOrchestration: { } child } => $"#{action.Id} sub-orchestration {child.Name} {child.InstanceId} {child.Input}",
        { SendEvent: { } sent } => $"#{action.Id} event {sent.Name} {sent.Data}",
        _ => $"#{action.Id} end {action.CompleteOrchestration.OrchestrationStatus} {action.CompleteOrchestration.Result}",
    };
}
