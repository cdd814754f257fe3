using Pao.DurableTask.Tests.Scripted;

namespace Pao.DurableTask.Tests.Replay;

public class StrayAwaitTests
{
    [Fact]
    public void An_await_of_something_else_fails_the_orchestration_instead_of_hanging()
    {
        var stage = Stage.Of<string>(async _ =>
        {
            await new TaskCompletionSource().Task;
            return "";
        });

        var failure = stage.Begin().Failure();

        Assert.Equal("NonDeterministicOrchestrationException", failure.ErrorType);
        Assert.Contains("Orchestrator 'Play', instance 'i', awaited something that is not a durable task", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stray_await_beside_open_tasks_is_found_out_in_the_next_turn()
    {
        var stray = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stage = Stage.Of<string>(async context =>
        {
            var call = context.CallActivityAsync("A");
            await stray.Task;
            await call;
            return "";
        });

        Assert.Single(stage.Begin());
        Assert.Equal("NonDeterministicOrchestrationException", stage.Turn(Events.Completed(0)).Failure().ErrorType);
    }

    [Fact]
    public void What_comes_back_from_elsewhere_between_turns_is_not_run()
    {
        var stray = new TaskCompletionSource();
        var ran = false;
        var stage = Stage.Of<string>(async context =>
        {
            var call = context.CallActivityAsync("A");
            var second = context.CallActivityAsync("B");
            await stray.Task;
            ran = true;
            await call;
            await second;
            return "";
        });
        Assert.Equal(2, stage.Begin().Count);

        stray.SetResult();

        Assert.False(ran);
    }

    [Fact]
    public void Yielding_stays_in_the_turn()
    {
        var stage = Stage.Of<bool>(async context =>
        {
            var thread = Environment.CurrentManagedThreadId;
            await Task.Yield();
            await Task.WhenAll(Yielding(), Yielding());
            return thread == Environment.CurrentManagedThreadId;
        });

        Assert.Equal("true", stage.Begin().Output());

        static async Task Yielding() => await Task.Yield();
    }

    [Fact]
    public void What_escapes_from_an_async_void_method_fails_the_orchestration()
    {
        var stage = Stage.Of<string>(async context =>
        {
            FireAndForget(context);
            return await context.CallActivityAsync<string>("B");
        });
        stage.Begin();

        Assert.Equal("System.InvalidOperationException", stage.Turn(Events.Completed(0))[^1].CompleteOrchestration.FailureDetails.ErrorType);

        static async void FireAndForget(TaskOrchestrationContext context)
        {
            await context.CallActivityAsync("A");
            throw new InvalidOperationException("Nobody holds this.");
        }
    }

    [Fact]
    public void Leaving_the_turn_with_ConfigureAwait_false_fails_the_orchestration()
    {
        using var left = new ManualResetEventSlim();
        var stage = Stage.Of<string>(async context =>
        {
            await Task.Yield();
            await new TaskCompletionSource().Task.WaitAsync(TimeSpan.FromMilliseconds(1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            left.Set();
            await context.CallActivityAsync("A");
            return "";
        });

        Assert.Equal("NonDeterministicOrchestrationException", stage.Begin().Failure().ErrorType);
    }
}
