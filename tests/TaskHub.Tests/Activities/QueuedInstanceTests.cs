using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Faults;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Activities;

/// <summary>An instance whose activity waits or runs elsewhere: where it is meanwhile, and what its end does to the activity.</summary>
public sealed class QueuedInstanceTests : SharedHub
{
    private static readonly TimeSpan ShortLease = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task The_waiting_instance_leaves_memory_and_the_result_wakes_it()
    {
        var (a, _) = await StartAsync(options => options.IdleRelease = TimeSpan.Zero);
        var (b, _) = await StartAsync();
        var runs = 0;
        var result = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var orchestrates = Orchestrates(a);
        await using var works = Works(b, _ =>
        {
            Interlocked.Increment(ref runs);
            return result.Task;
        }).Start();
        await a.BeginAsync("one", "x");
        await Eventually.TrueAsync(() => Volatile.Read(ref runs) == 1, "the activity runs");
        await a.UntilReleasedAsync();

        await using var here = Works(a, _ =>
        {
            Interlocked.Increment(ref runs); // would take it if the instance handed it out
            return Task.FromResult("\"again\"");
        }).Start();
        result.SetResult("\"awake\"");

        Assert.Equal("\"awake\"", (await a.EndAsync("x")).Output);
        Assert.Equal(1, runs);
        Assert.Empty(works.Refused);
    }

    [Fact]
    public async Task An_event_for_the_waiting_instance_does_not_run_its_activity_again()
    {
        var (a, _) = await StartAsync(options => options.IdleRelease = TimeSpan.Zero);
        var (b, _) = await StartAsync();
        var runs = 0;
        var result = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var orchestrates = Orchestrates(a);
        await using var works = Works(b, _ =>
        {
            Interlocked.Increment(ref runs);
            return result.Task;
        }).Start();
        await a.BeginAsync("one", "x");
        await Eventually.TrueAsync(() => Volatile.Read(ref runs) == 1, "the activity runs");
        await a.UntilReleasedAsync();

        await using var here = Works(a, "\"again\"").Start(); // would take it if it were handed out
        await a.RaiseAsync("x", "hello");
        await Eventually.TrueAsync(async () => await EventsAsync(a, "x") == 1, "the event's turn is committed");
        result.SetResult("\"once\"");

        Assert.Equal("\"once\"", (await a.EndAsync("x")).Output);
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task An_activity_goes_on_when_its_owner_dies_and_the_next_owner_gets_the_result()
    {
        var (a, store) = await StartAsync(options => options.Lease = ShortLease);
        var (b, _) = await StartAsync();
        var (c, _) = await StartAsync();
        var runs = 0;
        var result = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var orchestrates = Orchestrates(a);
        await using var works = Works(b, _ =>
        {
            Interlocked.Increment(ref runs);
            return result.Task;
        }).Start();
        await a.BeginAsync("one", "x");
        await Eventually.TrueAsync(() => Volatile.Read(ref runs) == 1, "the activity runs");

        using var dead = new Hold();
        store.Committing = _ => dead.Stop(true); // nothing of it is written any more, its lease neither
        await dead.Reached;
        await using var next = Orchestrates(c);
        await Eventually.TrueAsync(() => c.Node.Residents.Count == 1, "the other node has the instance");
        result.SetResult("\"kept\"");

        Assert.Equal("\"kept\"", (await c.EndAsync("x")).Output);
        await Histories.AssertSoundAsync(c, "x", activities: 1);
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Termination_removes_a_waiting_activity()
    {
        var (a, _) = await StartAsync();
        await using var orchestrates = Orchestrates(a);
        await a.BeginAsync("one", "x");
        await UntilWaitingAsync(1);

        await a.TerminateInstanceAsync(new TerminateRequest { InstanceId = "x" }, Cancellation);
        await a.EndAsync("x");

        await UntilEmptyAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Termination_refuses_the_result_of_an_activity_that_runs_elsewhere(bool released)
    {
        var (a, _) = await StartAsync(options => options.IdleRelease = released ? TimeSpan.Zero : TimeSpan.FromMinutes(1));
        var (b, _) = await StartAsync();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var result = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var orchestrates = Orchestrates(a);
        await using var works = Works(b, _ =>
        {
            begun.TrySetResult();
            return result.Task;
        }).Start();
        await a.BeginAsync("one", "x");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        if (released)
            await a.UntilReleasedAsync();

        await a.TerminateInstanceAsync(new TerminateRequest { InstanceId = "x" }, Cancellation);
        await a.EndAsync("x");
        await UntilEmptyAsync();
        result.SetResult("\"late\"");

        await Eventually.TrueAsync(() => works.Refused.Count > 0, "the late result is refused");
        Assert.Equal([StatusCode.NotFound], works.Refused);
        Assert.Equal(OrchestrationStatus.Terminated, (await a.StateAsync("x"))?.OrchestrationStatus);
    }

    [Fact]
    public async Task A_new_execution_leaves_the_waiting_activities_of_the_old_one_behind()
    {
        var (a, _) = await StartAsync();
        await using var orchestrates = Only(
            new ScriptedWorker(a).Orchestrator("again", turn =>
                turn.Input == "2" ? turn.Events.Count > 0 ? [Actions.Complete(0)] : []
                : turn.Events.Count > 0 ? [Actions.ContinueAsNew(1, "2")]
                : [Actions.Task(0, "work")]),
            ["again"],
            []).Start();
        await a.BeginAsync("again", "x", "1");
        await UntilWaitingAsync(1);

        await a.RaiseAsync("x", "go");
        await UntilEmptyAsync();
        await a.RaiseAsync("x", "end");

        Assert.Equal(OrchestrationStatus.Completed, (await a.EndAsync("x")).OrchestrationStatus);
    }

    private static async Task<int> EventsAsync(EmbeddedTaskHub hub, string id)
    {
        var events = 0;
        await foreach (var chunk in hub.StreamInstanceHistoryAsync(new StreamInstanceHistoryRequest { InstanceId = id }, Cancellation))
            events += chunk.Events.Count(e => e.EventRaised is not null);
        return events;
    }
}
