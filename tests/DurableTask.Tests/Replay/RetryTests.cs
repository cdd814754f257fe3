using Pao.DurableTask.Protocol;
using Pao.DurableTask.Tests.Scripted;

namespace Pao.DurableTask.Tests.Replay;

public class RetryTests
{
    private static readonly RetryPolicy ThreeTries = new(3, TimeSpan.FromSeconds(1), 2);

    [Fact]
    public void A_failed_call_is_made_again_after_growing_waits()
    {
        var stage = Calling(ThreeTries);
        stage.Begin();

        Assert.Equal(TimeSpan.FromSeconds(1), Wait(stage, Events.Failed(0)));
        Assert.Equal(2, Assert.Single(stage.Turn(Events.Fired(1))).Id);
        Assert.Equal(TimeSpan.FromSeconds(2), Wait(stage, Events.Failed(2)));
        Assert.Equal(4, Assert.Single(stage.Turn(Events.Fired(3))).Id);

        Assert.Equal("\"ok\"", stage.Turn(Events.Completed(4, "\"ok\"")).Output());
    }

    [Fact]
    public void After_the_last_try_the_failure_reaches_the_code()
    {
        var stage = Calling(new RetryPolicy(2, TimeSpan.FromSeconds(1)));
        stage.Begin();
        stage.Turn(Events.Failed(0));
        stage.Turn(Events.Fired(1));

        var failure = stage.Turn(Events.Failed(2, "Pump.Broken", "No water.")).Failure();

        Assert.Equal("Pao.DurableTask.TaskFailedException", failure.ErrorType);
        Assert.Equal("Task 'Pump' (#2) failed with an unhandled exception: No water.", failure.ErrorMessage);
        Assert.Equal("Pump.Broken", failure.InnerFailure.ErrorType);
    }

    [Fact]
    public void A_failure_that_is_not_retriable_is_not_tried_again()
    {
        var stage = Calling(ThreeTries);
        stage.Begin();

        Assert.NotNull(stage.Turn(Events.Failed(0, nonRetriable: true)).Failure());
    }

    [Fact]
    public void A_failure_that_the_policy_does_not_handle_is_not_tried_again()
    {
        var stage = Calling(new RetryPolicy(3, TimeSpan.FromSeconds(1)) { HandleFailure = failure => failure.ErrorType == "Transient" });
        stage.Begin();

        Assert.NotNull(Assert.Single(stage.Turn(Events.Failed(0, "Transient"))).CreateTimer);
        stage.Turn(Events.Fired(1));
        Assert.NotNull(stage.Turn(Events.Failed(2, "Final")).Failure());
    }

    [Fact]
    public void No_retry_begins_after_the_timeout()
    {
        var stage = Calling(new RetryPolicy(9, TimeSpan.FromSeconds(1), retryTimeout: TimeSpan.FromMinutes(1)));
        stage.Begin();
        stage.Now = Events.Start.AddSeconds(59);
        Assert.NotNull(Assert.Single(stage.Turn(Events.Failed(0))).CreateTimer);
        stage.Turn(Events.Fired(1));

        Assert.NotNull(stage.Turn(Events.Failed(2)).Failure());
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 30)]
    [InlineData(2, 60)]
    [InlineData(400, 60)]
    public void Waits_grow_up_to_the_limit(int retry, int seconds)
    {
        var policy = new RetryPolicy(1000, TimeSpan.FromSeconds(10), 3, TimeSpan.FromMinutes(1));

        Assert.Equal(TimeSpan.FromSeconds(seconds), policy.DelayBefore(retry));
    }

    [Fact]
    public void A_policy_that_makes_no_sense_is_refused()
    {
        var second = TimeSpan.FromSeconds(1);

        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(0, second));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, 1, second / 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, 1, null, second / 2));
    }

    [Fact]
    public void A_handler_decides_by_itself_and_may_wait_on_a_timer()
    {
        List<int> attempts = [];
        var stage = Stage.Of<string>(context => context.CallActivityAsync<string>("Pump", TaskOptions.FromRetryHandler(async failure =>
        {
            if (!context.IsReplaying)
                attempts.Add(failure.LastAttemptNumber);

            await failure.OrchestrationContext.CreateTimer(TimeSpan.FromMinutes(5), failure.CancellationToken);
            return failure.LastAttemptNumber < 2;
        })));
        stage.Begin();

        Assert.Equal(TimeSpan.FromMinutes(5), Wait(stage, Events.Failed(0)));
        Assert.NotNull(Assert.Single(stage.Turn(Events.Fired(1))).ScheduleTask);
        Assert.Equal(TimeSpan.FromMinutes(5), Wait(stage, Events.Failed(2)));
        Assert.NotNull(stage.Turn(Events.Fired(3)).Failure());
        Assert.Equal([1, 1, 2, 2], attempts);
    }

    [Fact]
    public void A_child_is_tried_again_under_a_new_id_unless_its_id_is_given()
    {
        var own = Child(TaskOptions.FromRetryPolicy(ThreeTries).WithInstanceId("mine"));
        var fresh = Child(TaskOptions.FromRetryPolicy(ThreeTries));

        Assert.Equal(("mine", "mine"), own);
        Assert.NotEqual(fresh.First, fresh.Second);
    }

    private static (string First, string Second) Child(TaskOptions options)
    {
        var stage = Stage.Of<string>(context => context.CallSubOrchestratorAsync<string>("Child", options));
        var first = Assert.Single(stage.Begin()).CreateSubOrchestration.InstanceId;
        stage.Turn(Events.ChildFailed(0, "No."));
        return (first, Assert.Single(stage.Turn(Events.Fired(1))).CreateSubOrchestration.InstanceId);
    }

    private static Stage Calling(RetryPolicy policy) =>
        Stage.Of<string>(context => context.CallActivityAsync<string>("Pump", TaskOptions.FromRetryPolicy(policy)));

    private static TimeSpan Wait(Stage stage, HistoryEvent failed)
    {
        var now = stage.Now;
        return Assert.Single(stage.Turn(failed)).CreateTimer.FireAt.ToDateTime() - now;
    }
}
