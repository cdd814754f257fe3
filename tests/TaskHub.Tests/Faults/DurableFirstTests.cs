using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Residency;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Faults;

/// <summary>Nothing leaves a turn before the commit that makes it durable.</summary>
public sealed class DurableFirstTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Nothing_is_handed_over_or_answered_while_the_turns_commit_is_under_way(string store)
    {
        await using var fixture = HubFixture.On(store);
        FaultyStore? faulty = null;
        var hub = await fixture.StartAsync(options => options.EventPatience = TimeSpan.FromSeconds(10), real => faulty = new FaultyStore(real));
        Assert.NotNull(faulty);
        var runs = 0;
        await using var worker = new ScriptedWorker(hub)
            .Orchestrator("kid", _ => [Actions.Complete(0)])
            .Activity("work", _ => $"{Interlocked.Increment(ref runs)}")
            .Orchestrator("both", turn => turn.Events.Count == 0 ? []
                : !turn.All.Any(e => e.TaskScheduled is not null) ? [Actions.Task(0, "work"), Actions.Child(1, "kid", "kid")]
                : turn.Completed == 1 && turn.All.Any(e => e.SubOrchestrationInstanceCompleted is not null) ? [Actions.Complete(2)]
                : []).Start();
        await hub.BeginAsync("both", "x");
        await hub.UntilAsync("x", OrchestrationStatus.Running);
        using var commit = new Hold();
        faulty.Committing = units => commit.Stop(units.Any(unit => unit.Children.Count > 0));

        var raised = hub.RaiseAsync("x", "go");
        await commit.Reached;
        int waiting, running;
        bool kid;
        lock (hub.Node.Gate)
        {
            waiting = hub.Node.Dispatcher.WaitingActivities;
            running = hub.Node.Dispatcher.Running.Count;
            kid = hub.Node.Residents.TryGet("kid", out _);
        }

        var before = (waiting, running, kid, raised.IsCompleted, Volatile.Read(ref runs));
        commit.LetGo();
        await raised;
        await hub.EndAsync("x");

        Assert.Equal((0, 0, false, false, 0), before);
        await Histories.AssertSoundAsync(hub, "x", activities: 1);
    }

    [Fact]
    public async Task An_answer_to_a_question_that_was_never_asked_is_dropped()
    {
        await using var fixture = new SqliteFixture();
        var hub = await fixture.StartAsync();
        await using var worker = new ScriptedWorker(hub)
            .Orchestrator("wait", turn => turn.Events.Count > 0 ? [Actions.Complete(0, $"{turn.Completed}")] : []).Start();
        await hub.BeginAsync("wait", "x");
        await hub.UntilAsync("x", OrchestrationStatus.Running);
        var answer = new HistoryEvent { EventId = -1, TaskCompleted = new TaskCompletedEvent { TaskScheduledId = 7 } };

        lock (hub.Node.Gate)
        {
            Assert.True(hub.Node.Residents.TryGet("x", out var resident));
            hub.Node.Instances.Deliver(resident, new Message(answer, resident.State.ExecutionId) { State = MessageState.Derived });
        }

        await hub.RaiseAsync("x", "go");

        Assert.Equal("0", (await hub.EndAsync("x")).Output);
    }

    [Fact]
    public async Task What_a_turn_scheduled_never_happens_when_its_commit_fails()
    {
        await using var fixture = new SqliteFixture();
        FaultyStore? faulty = null;
        var hub = await fixture.StartAsync(options => options.EventPatience = TimeSpan.FromSeconds(10), real => faulty = new FaultyStore(real));
        Assert.NotNull(faulty);
        List<string?> ran = [];
        var decided = 0;
        await using var worker = new ScriptedWorker(hub)
            .Activity("work", request =>
            {
                lock (ran)
                    ran.Add(request.Input);
                return request.Input;
            })
            .Orchestrator("one", turn => turn.Completed > 0 ? [Actions.Complete(1)]
                : turn.Events.Count > 0 ? [Actions.Task(0, "work", $"{++decided}")]
                : []).Start();
        await hub.BeginAsync("one", "x");
        await hub.UntilAsync("x", OrchestrationStatus.Running);
        faulty.Fault = units => faulty.Faults == 0 && units.Any(unit => unit.History.Count > 0) ? CommitFault.NotWritten : CommitFault.None;

        await Assert.ThrowsAsync<RpcException>(() => hub.RaiseAsync("x", "go"));
        await Eventually.TrueAsync(() => hub.IsMember, "the node has joined again");
        await hub.RaiseAsync("x", "go");
        await hub.EndAsync("x");

        Assert.Equal(1, faulty.Faults);
        Assert.Equal(["2"], ran);
    }
}
