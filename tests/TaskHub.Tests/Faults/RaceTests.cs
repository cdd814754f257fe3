using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Faults;

/// <summary>Two things at one time, each held at the place where the other hurts.</summary>
public sealed class RaceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task An_event_beside_a_refused_start_reaches_the_instance_that_has_the_id(string store)
    {
        await using var fixture = HubFixture.On(store);
        var (hub, faulty) = await StartAsync(fixture);
        await using var worker = new ScriptedWorker(hub).Orchestrator("wait", Wait).Start();
        using var commit = new Hold();
        await IdleAsync(hub, "x");

        faulty.Committing = units => commit.Stop(units.Any(unit => unit.Inserts.Any(insert => insert.State.InstanceId == "x")));
        var again = hub.BeginAsync("wait", "x");
        await commit.Reached;
        var raised = hub.RaiseAsync("x", "go", "1");
        commit.LetGo();

        Assert.Equal(StatusCode.AlreadyExists, (await Assert.ThrowsAsync<RpcException>(() => again)).StatusCode);
        await raised;
        Assert.Equal("1", (await hub.EndAsync("x")).Output);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task An_instance_that_is_claimed_beside_a_start_with_its_id_goes_on(string store)
    {
        await using var fixture = HubFixture.On(store);
        var (hub, faulty) = await StartAsync(fixture);
        await using var worker = new ScriptedWorker(hub).Orchestrator("wait", Wait).Start();
        using var claim = new Hold();
        using var commit = new Hold();
        await IdleAsync(hub, "x");

        faulty.Claimed = instances => claim.Stop(instances.Count > 0);
        faulty.Committing = units => commit.Stop(units.Any(unit => unit.Inserts.Any(insert => insert.State.InstanceId == "x")));
        await hub.RaiseAsync("x", "go", "2");
        await claim.Reached;
        var again = hub.BeginAsync("wait", "x");
        await commit.Reached;
        claim.LetGo();
        await Eventually.TrueAsync(() => hub.Node.Residents.TryGet("x", out var x) && x.Stored, "the claimed instance is in memory");
        commit.LetGo();

        Assert.Equal(StatusCode.AlreadyExists, (await Assert.ThrowsAsync<RpcException>(() => again)).StatusCode);
        Assert.Equal("2", (await hub.EndAsync("x")).Output);
        await Histories.AssertSoundAsync(hub, "x", activities: 0);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_child_and_a_start_with_its_id_meet_without_harm(string store)
    {
        await using var fixture = HubFixture.On(store);
        var (hub, faulty) = await StartAsync(fixture);
        await using var worker = new ScriptedWorker(hub)
            .Orchestrator("parent", turn => turn.All.Any(e => e.SubOrchestrationInstanceCompleted is not null)
                ? [Actions.Complete(1)]
                : turn.IsFirst ? [Actions.Child(0, "wait", "kid")] : [])
            .Orchestrator("wait", Wait).Start();
        using var commit = new Hold();
        var node = hub.NodeId;

        faulty.Committing = units => commit.Stop(units.Any(unit => unit.Children.Count > 0));
        var parent = hub.BeginAsync("parent", "p");
        await commit.Reached;
        var second = hub.BeginAsync("wait", "kid");
        commit.LetGo();
        await parent;
        var refused = await Assert.ThrowsAsync<RpcException>(() => second);
        await hub.RaiseAsync("kid", "go");
        await hub.EndAsync("p");

        Assert.Equal(StatusCode.AlreadyExists, refused.StatusCode);
        Assert.Equal(node, hub.NodeId);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_message_that_a_turn_consumes_while_the_inbox_is_read_is_not_delivered_again(string store)
    {
        await using var fixture = HubFixture.On(store);
        var (hub, faulty) = await StartAsync(fixture, options => options.EventPatience = TimeSpan.Zero);
        var decide = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = new ScriptedWorker(hub).Orchestrator("two", turn =>
        {
            if (turn.Events.Count == 1 && turn.New.Any(e => e.EventRaised is not null))
                decide.Task.Wait(TimeSpan.FromSeconds(20), Cancellation);
            return turn.Events.Count == 2 ? [Actions.Complete(0, $"{turn.Events[0].Input}{turn.Events[1].Input}")] : [];
        }).Start();
        using var read = new Hold();
        await hub.BeginAsync("two", "x");
        await hub.UntilAsync("x", OrchestrationStatus.Running);

        var reads = 0;
        faulty.InboxRead = messages =>
        {
            Interlocked.Increment(ref reads);
            read.Stop(messages.Count > 0);
        };
        await hub.RaiseAsync("x", "go", "1"); // stored alone: its turn is held
        hub.Node.Caretaker.WakeInbox();
        await read.Reached;
        decide.SetResult();
        await Eventually.TrueAsync(async () => await TurnsAsync(hub, "x") == 2, "the event's turn is committed");
        read.LetGo();
        var before = Volatile.Read(ref reads);
        hub.Node.Caretaker.WakeInbox();
        await Eventually.TrueAsync(() => Volatile.Read(ref reads) > before, "the next read follows the delivery of the held one");
        await Eventually.TrueAsync(
            () =>
            {
                lock (hub.Node.Gate)
                    return hub.Node.Residents.All.All(resident => resident.Mailbox.Count == 0 && resident.Turn is null);
            },
            "nothing waits");
        await hub.RaiseAsync("x", "go", "2");

        Assert.Equal("12", (await hub.EndAsync("x")).Output);
    }

    [Fact]
    public async Task A_late_event_waits_for_the_first_commit_and_holds_up_nobody()
    {
        await using var fixture = new SqliteFixture();
        var (hub, faulty) = await StartAsync(fixture, _ => { });
        await using var worker = new ScriptedWorker(hub).Orchestrator("wait", Wait).Start();
        using var commit = new Hold();

        faulty.Committing = units => commit.Stop(units.Any(unit => unit.History.Count > 0));
        var start = hub.BeginAsync("wait", "x");
        await commit.Reached;
        var patience = hub.Node.Options.EventPatience;
        hub.Node.Options.EventPatience = TimeSpan.Zero;
        var raised = hub.RaiseAsync("x", "go", "1");
        var late = hub.Node.Clock.Now + (patience * 3);
        await Eventually.TrueAsync(() => hub.Node.Clock.Now > late, "the event is late");
        commit.LetGo();

        await start.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        await raised;
        Assert.Equal("1", (await hub.EndAsync("x")).Output);
    }

    [Fact]
    public async Task What_waits_for_its_turn_is_stored_in_time_although_the_stores_clock_goes_back()
    {
        await using var fixture = new SqliteFixture();
        var hub = await fixture.StartAsync(options =>
        {
            options.EventPatience = TimeSpan.FromMilliseconds(300);
            options.Lease = TimeSpan.FromMinutes(5); // the next look at the clock is far away
        });

        var started = hub.BeginAsync("wait", "x"); // there is no worker for it
        hub.Node.Clock.Set(hub.Node.Clock.Now - TimeSpan.FromHours(1), crashedAt: null);

        await started.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    private static async Task<int> TurnsAsync(EmbeddedTaskHub hub, string id)
    {
        var turns = 0;
        await foreach (var _ in hub.StreamInstanceHistoryAsync(new StreamInstanceHistoryRequest { InstanceId = id }, Cancellation))
            turns++;
        return turns;
    }

    /// <summary>An instance that waits for an event, in nobody's memory.</summary>
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_message_that_a_read_of_the_inbox_finds_before_its_sender_tells_of_it_comes_once(string store)
    {
        await using var fixture = HubFixture.On(store);
        var (hub, faulty) = await StartAsync(fixture, _ => { });
        await using var worker = new ScriptedWorker(hub)
            .Orchestrator("count", turn => turn.Events.Any(e => e.Name == "end") ? [Actions.Complete(0, $"{turn.Events.Count(e => e.Name == "go")}")] : [])
            .Orchestrator("send", _ => [Actions.Send(0, "x", "go"), Actions.Complete(1)])
            .Start();
        using var told = new Hold();
        await hub.BeginAsync("count", "x");
        await hub.UntilAsync("x", OrchestrationStatus.Running);

        faulty.Committed = units => told.Stop(units.Any(unit => unit.Deliveries.Any(delivery => delivery.InstanceId == "x")));
        var begun = hub.BeginAsync("send", "y"); // is committed with the turn that sends
        await told.Reached;
        hub.Node.Caretaker.WakeInbox();
        await Eventually.TrueAsync(() => hub.Node.Residents.TryGet("x", out var x) && x.Mailbox.Count + x.Consuming.Count > 0, "the inbox is read");
        told.LetGo();
        await begun;
        await hub.EndAsync("y");
        await hub.RaiseAsync("x", "end");

        Assert.Equal("1", (await hub.EndAsync("x")).Output);
    }

    private static async Task IdleAsync(EmbeddedTaskHub hub, string id)
    {
        await hub.BeginAsync("wait", id);
        await hub.UntilAsync(id, OrchestrationStatus.Running);
        await hub.UntilReleasedAsync();
    }

    private static async Task<(EmbeddedTaskHub Hub, FaultyStore Store)> StartAsync(HubFixture fixture, Action<TaskHubOptions>? configure = null)
    {
        FaultyStore? faulty = null;
        var hub = await fixture.StartAsync(
            configure ?? (options => options.IdleRelease = TimeSpan.Zero), store => faulty = new FaultyStore(store));
        return (hub, faulty ?? throw new InvalidOperationException());
    }

    private static IEnumerable<OrchestratorAction> Wait(Turn turn) =>
        turn.Events.Count > 0 ? [Actions.Complete(0, turn.Events[0].Input)] : [];
}
