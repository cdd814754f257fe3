using Microsoft.Extensions.Logging.Abstractions;
using Pao.DurableTask.Converters;
using Pao.DurableTask.Protocol;
using Pao.DurableTask.Replay;

namespace Pao.DurableTask.Tests.Histories;

public class RecordedHistoryTests
{
    [Theory]
    [InlineData("fulfilled.json")]
    [InlineData("approval-missed.json")]
    public void Todays_code_decides_in_every_turn_what_was_recorded(string file)
    {
        var history = Read(file);
        var turns = TurnsOf(history).ToList();
        Assert.True(turns.Count > 5);

        foreach (var (begin, messages, end) in turns)
        {
            var recorded = history.Take(messages..end).Where(IsDecision).Select(Describe);
            var response = Replay(new Fulfil(), [.. history.Take(begin)], [.. history.Take(begin..messages)]);
            Assert.Equal(recorded, response.Actions.Select(Describe));
        }
    }

    [Fact]
    public void A_history_of_other_code_is_refused()
    {
        var history = Read("fulfilled.json");
        var (begin, messages, _) = TurnsOf(history).Last();

        var response = Replay(new Fulfil("Render"), [.. history.Take(begin)], [.. history.Take(begin..messages)]);

        var failure = Assert.Single(response.Actions).CompleteOrchestration.FailureDetails;
        Assert.Equal("NonDeterministicOrchestrationException", failure.ErrorType);
        Assert.Contains("activity 'Prepare' as action #0", failure.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("activity 'Render'", failure.ErrorMessage, StringComparison.Ordinal);
    }

    private static List<HistoryEvent> Read(string file) =>
        [.. HistoryChunk.Parser.ParseJson(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Histories", file))).Events];

    private static OrchestratorResponse Replay(Fulfil orchestrator, List<HistoryEvent> past, List<HistoryEvent> turn)
    {
        var started = past.Concat(turn).First(e => e.ExecutionStarted is not null).ExecutionStarted;
        var settings = new ReplaySettings(JsonDataConverter.Default, NullLoggerFactory.Instance, TimeSpan.FromDays(3), "");
        var response = new OrchestratorResponse();
        new OrchestratorExecution(started, orchestrator, settings).RunTurn(past, turn, response);
        return response;
    }

    /// <summary>Where each turn begins, where its messages end, and where it ends.</summary>
    private static IEnumerable<(int Begin, int Messages, int End)> TurnsOf(List<HistoryEvent> history)
    {
        for (var begin = 0; begin < history.Count;)
        {
            var end = history.FindIndex(begin + 1, e => e.OrchestratorStarted is not null);
            end = end < 0 ? history.Count : end;
            var messages = begin + history.Take(begin..end).TakeWhile(e => !IsDecision(e) && e.OrchestratorCompleted is null).Count();
            yield return (begin, messages, end);
            begin = end;
        }
    }

    private static bool IsDecision(HistoryEvent e) => e.TaskScheduled is not null || e.TimerCreated is not null
        || e.SubOrchestrationInstanceCreated is not null || e.EventSent is not null || e.ExecutionCompleted is not null;

    private static string Describe(HistoryEvent e) => e switch
    {
        { TaskScheduled: { } task } => $"{e.EventId} task {task.Name} {task.Input}",
        { TimerCreated: { } timer } => $"{e.EventId} timer {timer.FireAt}",
        { SubOrchestrationInstanceCreated: { } child } => $"{e.EventId} child {child.Name} {child.InstanceId} {child.Input}",
        { EventSent: { } sent } => $"{e.EventId} event {sent.Name} {sent.Input}",
        _ => $"{e.EventId} end {e.ExecutionCompleted.OrchestrationStatus} {e.ExecutionCompleted.Result}",
    };

    private static string Describe(OrchestratorAction action) => action switch
    {
        { ScheduleTask: { } task } => $"{action.Id} task {task.Name} {task.Input}",
        { CreateTimer: { } timer } => $"{action.Id} timer {timer.FireAt}",
        { CreateSubOrchestration: { } child } => $"{action.Id} child {child.Name} {child.InstanceId} {child.Input}",
        { SendEvent: { } sent } => $"{action.Id} event {sent.Name} {sent.Data}",
        _ => $"{action.Id} end {action.CompleteOrchestration.OrchestrationStatus} {action.CompleteOrchestration.Result}",
    };
}
