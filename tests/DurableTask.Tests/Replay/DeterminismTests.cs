using Google.Protobuf.Collections;
using Pao.DurableTask.Protocol;
using Pao.DurableTask.Tests.Scripted;

namespace Pao.DurableTask.Tests.Replay;

public class DeterminismTests
{
    [Fact]
    public void A_renamed_activity_is_refused_with_both_names()
    {
        var failure = Replayed(context => context.CallActivityAsync("New"), Events.Scheduled(0, "Old"));

        Assert.Equal("NonDeterministicOrchestrationException", failure.ErrorType);
        Assert.Contains("has a call of activity 'Old' as action #0 in its history", failure.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("decided a call of activity 'New'", failure.ErrorMessage, StringComparison.Ordinal);
        Assert.True(failure.IsNonRetriable);
    }

    [Fact]
    public void A_timer_where_the_history_has_an_activity_is_refused()
    {
        var failure = Replayed(context => context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None), Events.Scheduled(0, "Old"));

        Assert.Contains("decided a timer", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_order_is_refused()
    {
        var failure = Replayed(
            context => Task.WhenAll(context.CallActivityAsync("B"), context.CallActivityAsync("A")),
            Events.Scheduled(0, "A"), Events.Scheduled(1, "B"));

        Assert.Equal("NonDeterministicOrchestrationException", failure.ErrorType);
    }

    [Fact]
    public void A_missing_call_is_refused()
    {
        var failure = Replayed(context => context.CallActivityAsync("A"), Events.Scheduled(0, "A"), Events.Scheduled(1, "B"));

        Assert.Contains("did not get that far", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void An_added_call_is_refused()
    {
        var failure = Replayed(
            context => Task.WhenAll(context.CallActivityAsync("A"), context.CallActivityAsync("Added")), Events.Scheduled(0, "A"));

        Assert.Contains("a call of activity 'Added' as action #1, of which the history knows nothing", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void An_earlier_end_is_refused()
    {
        var failure = Replayed(_ => Task.CompletedTask);

        Assert.Contains("ended, replayed, where the history goes on", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_differ_only_in_case_are_the_same()
    {
        var actions = Replay(context => context.CallActivityAsync("greet"), Events.Scheduled(0, "Greet"));

        Assert.Empty(actions);
    }

    private static Protocol.TaskFailureDetails Replayed(Func<TaskOrchestrationContext, Task> code, params HistoryEvent[] recorded) =>
        Replay(code, recorded).Failure();

    private static RepeatedField<OrchestratorAction> Replay(Func<TaskOrchestrationContext, Task> code, params HistoryEvent[] recorded)
    {
        var stage = Stage.Of<string>(async context =>
        {
            await code(context);
            return "";
        });
        stage.History.AddRange(
            [Events.TurnStarted(stage.Now), Events.Started("Play"), .. recorded, Events.TurnCompleted(stage.Now)]);
        return stage.Replay([Events.TurnStarted(stage.Now.AddSeconds(1)), Events.Raised("nothing")]).Actions;
    }
}
