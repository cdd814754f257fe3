using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Faults;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Poison;

/// <summary>Work that kills the process each time it is touched.</summary>
public sealed class ProcessKillerTests
{
    private const int Innocents = 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task An_instance_that_kills_the_process_is_set_aside_after_three_times_and_the_innocent_finish(string store)
    {
        await using var fixture = HubFixture.On(store);
        var touched = 0;
        for (var life = 1; life <= 3; life++)
        {
            var died = new TaskCompletionSource();
            var isStored = life > 1; // its first turn may come before its start is answered
            var hub = await StartAsync(fixture);
            var worker = Worker(hub)
                .Activity("work", async _ =>
                {
                    await died.Task;
                    throw Dead();
                })
                .Orchestrator("killer", _ =>
                {
                    Interlocked.Increment(ref touched);
                    if (isStored)
                        Die(hub);
                    died.TrySetResult();
                    throw Dead();
                }).Start();
            if (life == 1)
                await BeginAsync(hub);
            await died.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            fixture.Crash(hub);
            await worker.DisposeAsync();
        }

        var last = await StartAsync(fixture);
        await using var mended = Worker(last)
            .Activity("work", _ => "1")
            .Orchestrator("killer", turn => [Actions.Complete(0, $"\"{Interlocked.Increment(ref touched)}\"")]).Start();
        var killer = await last.EndAsync("killer");
        for (var i = 0; i < Innocents; i++)
            Assert.Equal(OrchestrationStatus.Completed, (await last.EndAsync($"innocent-{i}")).OrchestrationStatus);

        Assert.Equal(3, touched);
        Assert.Equal(OrchestrationStatus.Failed, killer.OrchestrationStatus);
        Assert.Equal("PoisonedInstance", killer.FailureDetails.ErrorType);
        Assert.Contains("3 times", killer.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.True(killer.FailureDetails.IsNonRetriable);
        await Histories.AssertSoundAsync(last, "killer", activities: 0);

        await last.RewindInstanceAsync(new RewindInstanceRequest { InstanceId = "killer", Reason = "mended" }, Cancellation);
        Assert.Equal("\"4\"", (await last.EndAsync("killer")).Output);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task An_activity_that_kills_the_process_fails_and_its_orchestrator_goes_on(string store)
    {
        await using var fixture = HubFixture.On(store);
        var touched = 0;
        for (var life = 1; life <= 3; life++)
        {
            var died = new TaskCompletionSource();
            var hub = await StartAsync(fixture, options => options.SuspectTime = TimeSpan.FromSeconds(10));
            var worker = Careful(hub).Activity("bomb", _ =>
            {
                Interlocked.Increment(ref touched);
                Die(hub);
                died.TrySetResult();
                return Task.FromException<ActivityResponse>(Dead());
            }).Start();
            if (life == 1)
                await hub.BeginAsync("careful", "x");
            await died.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            fixture.Crash(hub);
            await worker.DisposeAsync();
        }

        var last = await StartAsync(fixture);
        await using var next = Careful(last).Activity("bomb", _ => $"{Interlocked.Increment(ref touched)}").Start();
        var end = await last.EndAsync("x");

        Assert.Equal("PoisonedActivity", end.Output);
        Assert.Equal(3, touched);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task An_activity_whose_result_is_lost_with_a_killing_turn_is_not_blamed(string store)
    {
        await using var fixture = HubFixture.On(store);
        ScriptedWorker Scripted(EmbeddedTaskHub hub, Func<Turn, IEnumerable<OrchestratorAction>> later) => new ScriptedWorker(hub)
            .Activity("work", _ => "\"done\"")
            .Orchestrator("killer", turn => turn.Completed == 0 && turn.IsFirst ? [Actions.Task(0, "work")] : later(turn));
        for (var life = 1; life <= 3; life++)
        {
            var died = new TaskCompletionSource();
            var hub = await StartAsync(fixture, options => options.SuspectTime = TimeSpan.FromSeconds(10));
            var worker = Scripted(hub, _ =>
            {
                Die(hub);
                died.TrySetResult();
                throw Dead();
            }).Start();
            if (life == 1)
                await hub.BeginAsync("killer", "x");
            await died.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            fixture.Crash(hub);
            await worker.DisposeAsync();
        }

        var last = await StartAsync(fixture);
        await using var mended = Scripted(last, turn => [Actions.Complete(1, turn.All.FirstOrDefault(e => e.TaskCompleted is not null)?.TaskCompleted.Result)]).Start();

        Assert.Equal("PoisonedInstance", (await last.EndAsync("x")).FailureDetails?.ErrorType);
        await last.RewindInstanceAsync(new RewindInstanceRequest { InstanceId = "x", Reason = "mended" }, Cancellation);
        Assert.Equal("\"done\"", (await last.EndAsync("x")).Output);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_start_whose_first_turn_kills_the_process_is_stored_and_counted_from_the_second_time_on(string store)
    {
        await using var fixture = HubFixture.On(store);
        var touched = 0;
        for (var life = 1; life <= 4; life++)
        {
            var died = new TaskCompletionSource();
            var hub = await StartAsync(fixture, options => options.SuspectTime = TimeSpan.FromSeconds(10)); // nobody is acquitted before it dies
            var worker = Worker(hub).Orchestrator("killer", _ =>
            {
                Interlocked.Increment(ref touched);
                died.TrySetResult();
                throw Dead();
            }).Start();
            if (life == 2)
                await Eventually.TrueAsync(() => hub.Node.Clock.IsAfterCrash(hub.Node.Options.CarefulTime), "the hub knows of the crash");
            var started = life <= 2 ? hub.BeginAsync("killer", "x") : Task.CompletedTask;
            await died.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            if (life > 1)
                await started.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            fixture.Crash(hub);
            if (life == 1)
                await Assert.ThrowsAsync<RpcException>(() => started); // and so its sender repeats it
            await worker.DisposeAsync();
        }

        var last = await StartAsync(fixture);
        await using var next = Worker(last).Orchestrator("killer", turn => [Actions.Complete(0, $"\"{Interlocked.Increment(ref touched)}\"")]).Start();

        Assert.Equal("PoisonedInstance", (await last.EndAsync("x")).FailureDetails?.ErrorType);
        Assert.Equal(4, touched);
        await last.RewindInstanceAsync(new RewindInstanceRequest { InstanceId = "x", Reason = "mended" }, Cancellation);
        Assert.Equal("\"5\"", (await last.EndAsync("x")).Output);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_process_that_stops_in_good_order_counts_for_nothing(string store)
    {
        await using var fixture = HubFixture.On(store);
        for (var life = 1; life <= 5; life++)
        {
            var begun = new TaskCompletionSource();
            var hub = await StartAsync(fixture);
            var worker = Careful(hub).Activity("bomb", _ =>
            {
                begun.TrySetResult();
                return Task.FromException<ActivityResponse>(Dead());
            }).Start();
            if (life == 1)
                await hub.BeginAsync("careful", "x");
            await begun.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            fixture.Stop(hub);
            await worker.DisposeAsync();
        }

        var last = await StartAsync(fixture);
        await using var next = Careful(last).Activity("bomb", _ => "\"fine\"").Start();

        Assert.Equal("\"fine\"", (await last.EndAsync("x")).Output);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Who_kills_the_process_again_and_again_from_outside_sets_nothing_aside(string store)
    {
        await using var fixture = HubFixture.On(store);
        var touched = 0;
        for (var life = 1; life <= 7; life++)
        {
            var begun = new TaskCompletionSource();
            var hub = await StartAsync(fixture, options => (options.MaxAttempts, options.SuspectTime) = (5, TimeSpan.FromMinutes(1)));
            var worker = Careful(hub).Activity("bomb", _ =>
            {
                Interlocked.Increment(ref touched);
                begun.TrySetResult();
                return Task.FromException<ActivityResponse>(Dead());
            }).Start();
            if (life == 1)
                await hub.BeginAsync("careful", "x");
            if (life <= 3)
                await begun.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            else
                await LiveAwhileAsync(hub, $"other-{life}");
            fixture.Crash(hub);
            await worker.DisposeAsync();
        }

        Assert.Equal(3, touched);
        var last = await StartAsync(fixture, options => options.MaxAttempts = 5);
        await using var next = Careful(last).Activity("bomb", _ => "\"fine\"").Start();

        Assert.Equal("\"fine\"", (await last.EndAsync("x")).Output);
    }

    /// <summary>Long enough for the suspect to be known, and for others to do what they do.</summary>
    private static async Task LiveAwhileAsync(EmbeddedTaskHub hub, string other)
    {
        await Eventually.TrueAsync(() => !hub.Node.Suspects.IsIdle, "the suspect is known");
        await hub.BeginAsync("other", other);
        await hub.EndAsync(other);
    }

    /// <summary>At once, however late the test hears of it: nothing is stored any more, an acquittal least of all.</summary>
    private static void Die(EmbeddedTaskHub hub) => ((FaultyStore)hub.Node.Store).IsDead = true;

    private static Task<EmbeddedTaskHub> StartAsync(HubFixture fixture, Action<TaskHubOptions>? configure = null) => fixture.StartAsync(
        options =>
        {
            options.Lease = TimeSpan.FromSeconds(1);
            options.SuspectTime = TimeSpan.FromMilliseconds(100);
            options.MaxAttempts = 3;
            options.EventPatience = TimeSpan.FromSeconds(10); // a crash takes what is not stored yet
            configure?.Invoke(options);
        },
        static store => new FaultyStore(store));

    private static async Task BeginAsync(EmbeddedTaskHub hub)
    {
        for (var i = 0; i < Innocents; i++)
            await hub.BeginAsync("innocent", $"innocent-{i}");
        for (var i = 0; i < Innocents; i++)
            await hub.UntilAsync($"innocent-{i}", OrchestrationStatus.Running);
        await hub.BeginAsync("killer", "killer");
    }

    private static ScriptedWorker Worker(EmbeddedTaskHub hub) => new ScriptedWorker(hub)
        .Orchestrator("innocent", turn => [turn.IsFirst ? Actions.Task(0, "work") : Actions.Complete(1)]);

    private static ScriptedWorker Careful(EmbeddedTaskHub hub) => new ScriptedWorker(hub).Orchestrator("other", _ => [Actions.Complete(0)]).Orchestrator("careful", turn =>
    [
        turn.IsFirst ? Actions.Task(0, "bomb")
            : Actions.Complete(1, turn.All.FirstOrDefault(e => e.TaskFailed is not null)?.TaskFailed.FailureDetails.ErrorType
                ?? turn.All.First(e => e.TaskCompleted is not null).TaskCompleted.Result),
    ]);

    /// <summary>The worker's process is gone in the middle of its work: it answers nothing.</summary>
    private static RpcException Dead() => new(new Status(StatusCode.Aborted, "dead"));
}
