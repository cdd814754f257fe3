using Pao.DurableTask.Protocol;
using Pao.DurableTask.Tests.Scripted;

namespace Pao.DurableTask.Tests.Replay;

public class ExternalEventTests
{
    [Fact]
    public void Events_that_come_before_anyone_waits_are_kept_in_order()
    {
        var stage = Stage.Of<string>(async context =>
        {
            await context.CallActivityAsync("A");
            return await context.WaitForExternalEvent<string>("approval") + await context.WaitForExternalEvent<string>("APPROVAL");
        });
        stage.Begin(Events.Raised("Approval", "\"1\""));
        stage.Turn(Events.Raised("approval", "\"2\""));

        Assert.Equal("\"12\"", stage.Turn(Events.Completed(0)).Output());
    }

    [Fact]
    public void The_newest_that_waits_gets_the_event()
    {
        var stage = Stage.Of<string>(async context =>
        {
            var first = context.WaitForExternalEvent<string>("e");
            var second = context.WaitForExternalEvent<string>("e");
            return await await Task.WhenAny(first, second) + (second.IsCompleted ? " second" : " first");
        });
        stage.Begin();

        Assert.Equal("\"x second\"", stage.Turn(Events.Raised("e", "\"x\"")).Output());
    }

    [Fact]
    public void An_event_in_time_ends_the_wait_and_the_timer_is_ignored_later()
    {
        var stage = WaitingAnHour();
        Assert.NotNull(Assert.Single(stage.Begin()).CreateTimer);

        Assert.Equal("B", Assert.Single(stage.Turn(Events.Raised("e", "\"x\""))).ScheduleTask.Name);
        Assert.Empty(stage.Turn(Events.Fired(0)));
        Assert.Equal("\"x\"", stage.Turn(Events.Completed(1)).Output());
    }

    [Fact]
    public void A_wait_that_is_over_is_a_cancelled_task_and_takes_no_event()
    {
        var stage = Stage.Of<string>(async context =>
        {
            try
            {
                return await context.WaitForExternalEvent<string>("e", TimeSpan.FromHours(1));
            }
            catch (TaskCanceledException)
            {
                await context.CallActivityAsync("Late");
                return "late " + await context.WaitForExternalEvent<string>("e");
            }
        });
        stage.Begin();

        Assert.Equal("Late", Assert.Single(stage.Turn(Events.Fired(0), Events.Raised("e", "\"x\""))).ScheduleTask.Name);
        Assert.Equal("\"late x\"", stage.Turn(Events.Completed(1)).Output());
    }

    [Fact]
    public void Sending_an_event_is_an_action()
    {
        var stage = Stage.Of<string>(async context =>
        {
            context.SendEvent("other", "hello", new { A = 1 });
            await context.CallActivityAsync("A");
            return "";
        });

        var sent = stage.Begin()[0].SendEvent;
        Assert.Equal(("other", "hello", """{"A":1}"""), (sent.Instance.InstanceId, sent.Name, sent.Data));
        stage.Turn(Events.Completed(1));
    }

    [Fact]
    public void Continuing_as_new_carries_unprocessed_events_over_once_and_in_order()
    {
        var stage = Stage.Of<string>(async context =>
        {
            await context.WaitForExternalEvent<int>("tick");
            context.ContinueAsNew("next");
            return "not used";
        });
        stage.Begin(Events.Raised("b", "1"));

        var completion = stage.Turn(Events.Raised("tick", "1"), Events.Raised("tick", "2"), Events.Raised("a", "3")).Completion();

        Assert.Equal(OrchestrationStatus.ContinuedAsNew, completion.OrchestrationStatus);
        Assert.Equal("\"next\"", completion.Result);
        Assert.Equal(["b=1", "tick=2", "a=3"], completion.CarryoverEvents.Select(e => $"{e.EventRaised.Name}={e.EventRaised.Input}"));
    }

    [Fact]
    public void Continuing_as_new_may_leave_events_behind_and_change_the_version()
    {
        var stage = Stage.Of<string>(context =>
        {
            context.ContinueAsNew(new ContinueAsNewOptions { NewInput = 2, PreserveUnprocessedEvents = false, NewVersion = "2.0" });
            return Task.FromResult("");
        });

        var completion = stage.Begin(Events.Raised("e")).Completion();

        Assert.Empty(completion.CarryoverEvents);
        Assert.Equal(("2", "2.0"), (completion.Result, completion.NewVersion));
    }

    private static Stage WaitingAnHour() => Stage.Of<string>(async context =>
    {
        var result = await context.WaitForExternalEvent<string>("e", TimeSpan.FromHours(1));
        await context.CallActivityAsync("B");
        return result;
    });
}
