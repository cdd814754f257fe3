using Pao.DurableTask.Tests.Scripted;

namespace Pao.DurableTask.Tests.Replay;

public class TimerTests
{
    [Fact]
    public void A_long_timer_is_made_of_several()
    {
        var stage = Stage.Of<string>(async context =>
        {
            await context.CreateTimer(TimeSpan.FromDays(7), CancellationToken.None);
            return "over";
        });

        Assert.Equal(Events.Start.AddDays(3), Due(stage.Begin()));
        stage.Now = Events.Start.AddDays(3);
        Assert.Equal(Events.Start.AddDays(6), Due(stage.Turn(Events.Fired(0))));
        stage.Now = Events.Start.AddDays(6);
        Assert.Equal(Events.Start.AddDays(7), Due(stage.Turn(Events.Fired(1))));
        stage.Now = Events.Start.AddDays(7);
        Assert.Equal("\"over\"", stage.Turn(Events.Fired(2)).Output());
    }

    [Fact]
    public void A_timer_that_was_cancelled_fires_without_effect()
    {
        var stage = Stage.Of<string>(async context =>
        {
            using var cancellation = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromHours(1), cancellation.Token);
            var call = context.CallActivityAsync<string>("A");
            if (await Task.WhenAny(timer, call) == call)
                cancellation.Cancel();

            return await context.CallActivityAsync<string>("B", timer.IsCanceled);
        });
        stage.Begin();

        Assert.Equal("[true]", Assert.Single(stage.Turn(Events.Completed(1, "\"a\""))).ScheduleTask.Input);
        Assert.Empty(stage.Turn(Events.Fired(0)));
        Assert.Equal("\"b\"", stage.Turn(Events.Completed(2, "\"b\"")).Output());
    }

    [Fact]
    public void A_timer_of_a_cancelled_token_is_not_made()
    {
        var stage = Stage.Of<bool>(context =>
            Task.FromResult(context.CreateTimer(TimeSpan.FromHours(1), new CancellationToken(canceled: true)).IsCanceled));

        Assert.Equal("true", stage.Begin().Output());
    }

    private static DateTime Due(IReadOnlyList<Protocol.OrchestratorAction> actions) =>
        Assert.Single(actions).CreateTimer.FireAt.ToDateTime();
}
