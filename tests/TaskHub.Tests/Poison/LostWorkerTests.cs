using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Tests.Activities;
using Pao.TaskHub.Tests.Faults;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Poison;

/// <summary>Work that kills its worker, which is another process than the hub's.</summary>
public sealed class LostWorkerTests
{
    private const int Innocents = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task An_activity_that_kills_its_workers_fails_after_three_and_the_innocent_beside_it_finish(string store)
    {
        await using var fixture = HubFixture.On(store);
        var hub = await StartAsync(fixture);
        List<int> beside = [];
        for (var life = 1; life <= 3; life++)
        {
            var worker = new MortalWorker(hub).Bomb(beside).Start();
            if (life == 1)
            {
                for (var i = 0; i < Innocents; i++)
                    await hub.BeginAsync("innocent", $"innocent-{i}");
                await worker.HasAsync(Innocents);
                await hub.BeginAsync("careful", "x");
            }
            else if (life == 3)
                worker.Free(Innocents);

            await worker.DieAsync();
        }

        await using var last = new MortalWorker(hub).Bomb(beside).Start();
        last.Free(Innocents);
        Assert.Equal("PoisonedActivity", (await hub.EndAsync("x")).Output);
        for (var i = 0; i < Innocents; i++)
            Assert.Equal("done", (await hub.EndAsync($"innocent-{i}")).Output);

        Assert.Equal(3, beside.Count);
        Assert.Equal(Innocents, beside[0]);
        Assert.Equal(0, beside[2]); // it was tried alone
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_turn_that_kills_its_workers_ends_its_instance_which_can_be_rewound(string store)
    {
        await using var fixture = HubFixture.On(store);
        var hub = await StartAsync(fixture);
        var touched = 0;
        for (var life = 1; life <= 3; life++)
        {
            var worker = new MortalWorker(hub).Killer(() => touched++).Start();
            var started = life == 1 ? hub.BeginAsync("killer", "x") : Task.CompletedTask;
            await worker.DieAsync();
            await started.WaitAsync(Patience, Cancellation); // it is stored with its count, however long events may wait
        }

        var end = await hub.EndAsync("x");
        Assert.Equal(3, touched);
        Assert.Equal(OrchestrationStatus.Failed, end.OrchestrationStatus);
        Assert.Equal("PoisonedInstance", end.FailureDetails.ErrorType);
        Assert.Contains("3 times", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        await Histories.AssertSoundAsync(hub, "x", activities: 0);

        await hub.RewindInstanceAsync(new RewindInstanceRequest { InstanceId = "x", Reason = "mended" }, Cancellation);
        fixture.Stop(hub);
        var next = await StartAsync(fixture);
        await using var mended = Healthy(next);
        Assert.Equal("fine", (await next.EndAsync("x")).Output);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_loss_is_stored_before_another_worker_gets_the_work(string store)
    {
        await using var fixture = HubFixture.On(store);
        FaultyStore? faulty = null;
        var hub = await StartAsync(fixture, wrap: real => faulty = new FaultyStore(real));
        Assert.NotNull(faulty);
        var worker = new MortalWorker(hub).Bomb([]).Killer(static () => { }).Start();
        var started = hub.BeginAsync("killer", "turn");
        await hub.BeginAsync("careful", "activity");
        using var commit = new Hold();
        faulty.Committing = units => commit.Stop(units.Any(unit => unit.Losses.Count > 0));
        await Eventually.TrueAsync(() => hub.Node.Turns.Running == 1 && hub.Node.Dispatcher.Running.Count == 1, "both are in hand");
        await worker.DieAsync();

        await commit.Reached;
        await using var next = Healthy(hub);
        var given = (hub.Node.Turns.Running, hub.Node.Dispatcher.Running.Count);
        commit.LetGo();

        Assert.Equal((0, 0), given);
        await started;
        Assert.Equal("fine", (await hub.EndAsync("turn")).Output);
        Assert.Equal("fine", (await hub.EndAsync("activity")).Output);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_count_outlives_the_hub(string store)
    {
        await using var fixture = HubFixture.On(store);
        List<int> beside = [];
        var touched = 0;
        for (var life = 1; life <= 3; life++)
        {
            var hub = await StartAsync(fixture, options => options.EventPatience = TimeSpan.Zero);
            if (life == 1)
                await hub.BeginAsync("careful", "activity");

            await new MortalWorker(hub).Bomb(beside).Start().DieAsync();
            var starting = life == 1 ? hub.BeginAsync("killer", "turn") : Task.CompletedTask;
            await new MortalWorker(hub).Killer(() => touched++).Start().DieAsync();
            await starting.WaitAsync(Patience, Cancellation);
            await Eventually.TrueAsync(
                () => IsCounted(LossesOf(hub, "activity"), "0", life) && IsCounted(LossesOf(hub, "turn"), "turn", life),
                () => $"the losses of life {life} are counted: {LossesOf(hub, "activity")}, {LossesOf(hub, "turn")}");
            fixture.Stop(hub);
        }

        var last = await StartAsync(fixture);
        await using var next = new MortalWorker(last).Bomb(beside).Killer(() => touched++).Start();

        Assert.Equal("PoisonedActivity", (await last.EndAsync("activity")).Output);
        Assert.Equal("PoisonedInstance", (await last.EndAsync("turn")).FailureDetails?.ErrorType);
        Assert.Equal((3, 3), (beside.Count, touched));

        // At the third loss it may be set aside, and gone, before anybody looks.
        static bool IsCounted(string? losses, string of, int life) => losses == $"{of}:{life}" || (life == 3 && losses != $"{of}:2");
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_has_succeeded_is_innocent_also_after_a_restart(string store)
    {
        await using var fixture = HubFixture.On(store);
        var hub = await StartAsync(fixture);
        for (var life = 1; life <= 2; life++)
        {
            var worker = new MortalWorker(hub).Killer(static () => { }).Start();
            _ = life == 1 ? hub.BeginAsync("killer", "x") : Task.CompletedTask;
            await worker.DieAsync();
        }

        await using (Waiting(hub).Start())
            await hub.UntilAsync("x", OrchestrationStatus.Running);
        fixture.Stop(hub);
        hub = await StartAsync(fixture);
        await hub.RaiseAsync("x", "go");
        await new MortalWorker(hub).Killer(static () => { }).Start().DieAsync();
        await Eventually.TrueAsync(() => LossesOf(hub, "x") == "turn:1", "the loss is the first one again");

        await using var last = Waiting(hub).Start();
        Assert.Equal("fine", (await hub.EndAsync("x")).Output);

        static ScriptedWorker Waiting(EmbeddedTaskHub hub) => new ScriptedWorker(hub)
            .Orchestrator("killer", turn => turn.Events.Count > 0 ? [Actions.Complete(0, "fine")] : []);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_worker_that_hangs_up_in_good_order_counts_for_nothing(string store)
    {
        await using var fixture = HubFixture.On(store);
        var hub = await StartAsync(fixture, options => options.EventPatience = TimeSpan.Zero);
        await hub.BeginAsync("careful", "activity");
        await hub.BeginAsync("killer", "turn");
        for (var life = 1; life <= 6; life++)
        {
            var isRemote = life % 2 == 0; // one of the hub's own process ends with it, or in good order
            await new MortalWorker(hub, isRemote: isRemote).Bomb([]).Start().HangUpAsync();
            await new MortalWorker(hub, isRemote: isRemote).Killer(static () => { }).Start().HangUpAsync();
        }

        await using var last = Healthy(hub);
        Assert.Equal("fine", (await hub.EndAsync("activity")).Output);
        Assert.Equal("fine", (await hub.EndAsync("turn")).Output);
    }

    [Fact]
    public async Task What_lives_through_its_trial_is_innocent()
    {
        await using var fixture = new SqliteFixture();
        var hub = await StartAsync(fixture, options => options.SuspectTime = TimeSpan.FromMilliseconds(100));
        await SuspectAsync(hub, "x");

        var worker = new MortalWorker(hub).Bomb([]).Start();
        await worker.TouchedAsync();
        await Eventually.TrueAsync(() => LossesOf(hub, "x") is null && hub.Node.Isolation.IsIdle, "it is acquitted");
        await hub.BeginAsync("innocent", "beside");
        await worker.HasAsync(1);
        await worker.DieAsync();
        await Eventually.TrueAsync(() => LossesOf(hub, "x") == "0:1", "the loss is the first one again");

        await using var last = Healthy(hub);
        Assert.Equal("fine", (await hub.EndAsync("x")).Output);
    }

    [Fact]
    public async Task A_busy_worker_runs_empty_for_a_suspect_and_gets_nothing_beside_it()
    {
        await using var fixture = new SqliteFixture();
        var hub = await StartAsync(fixture, options => options.EventPatience = TimeSpan.FromSeconds(1));
        List<int> beside = [];
        var busy = await BusyAsync(hub, beside);
        await SuspectAsync(hub, "x");
        await hub.BeginAsync("innocent", "waits");
        await Eventually.TrueAsync(() => hub.Node.Dispatcher.WaitingActivities == 1, "an activity waits for room");

        busy.Free(1);
        await Eventually.TrueAsync(() => hub.Node.Isolation.Current is not null, "the worker that has room is kept free");
        _ = hub.BeginAsync("innocent", "later");
        await Eventually.TrueAsync(() => hub.Node.Dispatcher.WaitingTurns == 1, "others wait");
        busy.Free(1);
        await busy.TouchedAsync();
        Assert.Equal([0], beside);
        Assert.Equal(2, hub.Node.Dispatcher.WaitingTurns); // the second one's, too

        await busy.DieAsync();
        await using var last = Healthy(hub);
        Assert.Equal("PoisonedActivity", (await hub.EndAsync("x")).Output);
        foreach (var id in (string[])["busy-0", "busy-1", "waits", "later"])
            Assert.Equal("done", (await hub.EndAsync(id)).Output);
    }

    [Fact]
    public async Task What_was_not_alone_is_not_set_aside()
    {
        await using var fixture = new SqliteFixture();
        var hub = await StartAsync(fixture, options => options.SuspectTime = TimeSpan.FromSeconds(1));
        List<int> beside = [];
        var busy = await BusyAsync(hub, beside);
        await SuspectAsync(hub, "x");

        busy.Free(1);
        await busy.DieAsync();
        Assert.Equal([1], beside); // the other one did not end in time

        await using var last = Healthy(hub);
        Assert.Equal("fine", (await hub.EndAsync("x")).Output);
        Assert.Equal("done", (await hub.EndAsync("busy-0")).Output);
        Assert.Equal("done", (await hub.EndAsync("busy-1")).Output);
    }

    private static Task<EmbeddedTaskHub> StartAsync(
        HubFixture fixture, Action<TaskHubOptions>? configure = null, Func<IHubStore, IHubStore>? wrap = null) => fixture.StartAsync(
        options =>
        {
            options.MaxAttempts = 3;
            options.EventPatience = TimeSpan.FromSeconds(10);
            options.SuspectTime = TimeSpan.FromSeconds(20);
            configure?.Invoke(options);
        },
        wrap);

    private static ScriptedWorker Healthy(EmbeddedTaskHub hub) => new ScriptedWorker(hub)
        .Orchestrator("careful", MortalWorker.Carefully)
        .Orchestrator("innocent", SharedHub.One)
        .Orchestrator("killer", _ => [Actions.Complete(0, "fine")])
        .Activity("bomb", _ => "fine")
        .Activity("work", _ => "done")
        .Start();

    /// <summary>A worker that has two activities in hand and room for no more.</summary>
    private static async Task<MortalWorker> BusyAsync(EmbeddedTaskHub hub, List<int> beside)
    {
        var busy = new MortalWorker(hub, activities: 2).Bomb(beside).Start();
        await hub.BeginAsync("innocent", "busy-0");
        await hub.BeginAsync("innocent", "busy-1");
        await busy.HasAsync(2);
        return busy;
    }

    /// <summary>An instance of "careful" whose activity has cost two workers.</summary>
    private static async Task SuspectAsync(EmbeddedTaskHub hub, string id)
    {
        for (var life = 1; life <= 2; life++)
        {
            var worker = new MortalWorker(hub).Bomb([]).Start();
            if (life == 1)
                await hub.BeginAsync("careful", id);
            await worker.DieAsync();
        }

        await Eventually.TrueAsync(() => LossesOf(hub, id) == "0:2", "two losses are counted");
    }

    private static string? LossesOf(EmbeddedTaskHub hub, string id)
    {
        lock (hub.Node.Gate)
            return hub.Node.Residents.TryGet(id, out var resident) ? resident.Losses?.ToText() : "not here";
    }
}
