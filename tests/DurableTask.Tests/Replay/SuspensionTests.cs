using Pao.DurableTask.Protocol;
using Pao.DurableTask.Tests.Scripted;

namespace Pao.DurableTask.Tests.Replay;

public class SuspensionTests
{
    [Fact]
    public void A_suspended_orchestration_decides_nothing_until_it_is_resumed()
    {
        var stage = TwoSteps();
        stage.Begin();

        Assert.Empty(stage.Turn(Events.Suspended()));
        Assert.Empty(stage.Turn(Events.Completed(0)));
        Assert.Empty(stage.Turn(Events.Suspended()));
        Assert.Equal("B", Assert.Single(stage.Turn(Events.Resumed())).ScheduleTask.Name);
        Assert.Equal("\"done\"", stage.Turn(Events.Completed(1)).Output());
    }

    [Fact]
    public void What_was_decided_in_the_turn_of_the_suspension_comes_out_after_the_resumption()
    {
        var stage = TwoSteps();
        stage.Begin();

        Assert.Empty(stage.Turn(Events.Completed(0), Events.Suspended()));
        Assert.Equal("B", Assert.Single(stage.Turn(Events.Resumed())).ScheduleTask.Name);
        Assert.Empty(stage.Turn(Events.Raised("x")));
        Assert.Equal("\"done\"", stage.Turn(Events.Completed(1)).Output());
    }

    [Fact]
    public void An_end_in_the_turn_of_the_suspension_is_told_after_the_resumption()
    {
        var stage = TwoSteps();
        stage.Begin();
        stage.Turn(Events.Completed(0));

        Assert.Empty(stage.Turn(Events.Completed(1), Events.Suspended()));
        Assert.Equal("\"done\"", stage.Turn(Events.Resumed()).Output());
    }

    [Fact]
    public void Suspension_and_resumption_in_one_turn_leave_no_trace()
    {
        var stage = TwoSteps();
        stage.Begin();

        var actions = stage.Turn(Events.Suspended(), Events.Completed(0), Events.Resumed());

        Assert.Equal("B", Assert.Single(actions).ScheduleTask.Name);
    }

    [Fact]
    public void Resuming_what_is_not_suspended_changes_nothing()
    {
        var stage = TwoSteps();
        stage.Begin();

        Assert.Empty(stage.Turn(Events.Resumed()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Termination_ends_it_suspended_or_not(bool suspended)
    {
        var stage = TwoSteps();
        stage.Begin();
        if (suspended)
            stage.Turn(Events.Suspended());

        var completion = stage.Turn(Events.Terminated("\"enough\"")).Completion();

        Assert.Equal((OrchestrationStatus.Terminated, "\"enough\""), (completion.OrchestrationStatus, completion.Result));
    }

    [Fact]
    public void Termination_wins_over_an_end_in_the_same_turn_and_nothing_new_is_begun()
    {
        var stage = TwoSteps();
        stage.Begin();

        var first = stage.Turn(Events.Completed(0), Events.Terminated(null), Events.Completed(1)).Completion();

        Assert.Equal(OrchestrationStatus.Terminated, first.OrchestrationStatus);
    }

    private static Stage TwoSteps() => Stage.Of<string>(async context =>
    {
        await context.CallActivityAsync("A");
        await context.CallActivityAsync("B");
        return "done";
    });
}
