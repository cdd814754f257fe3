using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Faults;

/// <summary>A commit that fails, or whose answer is lost: memory is never ahead of the store, nor behind it for long.</summary>
public sealed class CommitFaultTests
{
    /// <summary>Of a whole run, which takes a second or two.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<bool, int> Runs => new(
        from run in Enumerable.Range(0, 6)
        select (run % 2 == 0, run));

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Every_instance_ends_once_when_commits_fail_before_and_after_they_happen(bool postgres, int seed)
    {
        await using HubFixture fixture = postgres ? new PostgresFixture() : new SqliteFixture();
        FaultyStore? faulty = null;
        var random = new Random(seed);
        var hub = await fixture.StartAsync(wrap: store => faulty = new FaultyStore(store));
        await using var worker = new ScriptedWorker(hub).Orchestrator("mix", Mix).Start();
        Assert.NotNull(faulty);
        faulty.Fault = _ => random.Next(6) switch
        {
            0 => CommitFault.NotWritten,
            1 => CommitFault.AnswerLost,
            _ => CommitFault.None,
        };

        var ids = Enumerable.Range(0, 40).Select(i => $"i-{i}").ToList();
        var started = TimeProvider.System.GetTimestamp();
        foreach (var some in ids.Chunk(4))
        {
            await WithinAsync(started, "its start is answered", some, id => StartAsync(hub, id));
            await WithinAsync(started, "its event is accepted", some, id => RetryAsync(
                () => hub.RaiseEventAsync(new RaiseEventRequest { InstanceId = id, Name = "go" }, Cancellation)));
        }

        await WithinAsync(started, "it ends", ids, async id =>
        {
            var end = await hub.WaitForInstanceCompletionAsync(new GetInstanceRequest { InstanceId = id }, Cancellation);
            Assert.Equal(OrchestrationStatus.Completed, end.OrchestrationState.OrchestrationStatus);
        });

        Assert.True(faulty.Faults > 5, $"only {faulty.Faults} faults happened (seed {seed})");
        faulty.Fault = static _ => CommitFault.None;
        foreach (var id in ids)
            await Histories.AssertSoundAsync(hub, id, activities: 3);
    }

    /// <summary>Fails by name what a hub whose memory and store disagree never does.</summary>
    private static async Task WithinAsync(long started, string what, IReadOnlyCollection<string> ids, Func<string, Task> call)
    {
        var calls = ids.Select(id => (Id: id, Task: call(id))).ToList();
        var left = Patience - TimeProvider.System.GetElapsedTime(started);
        try
        {
            await Task.WhenAll(calls.Select(one => one.Task)).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, Cancellation);
        }
        catch (TimeoutException)
        {
            var open = calls.Where(one => !one.Task.IsCompleted).Select(one => one.Id);
            Assert.Fail($"Waited {Patience} in vain for {string.Join(", ", open)} until {what}: a commit failed, or its answer was lost, and the hub did not get over it.");
        }
    }

    /// <summary>An accepted start is stored; one whose outcome is unknown is asked again, under the same id.</summary>
    private static async Task StartAsync(EmbeddedTaskHub hub, string id)
    {
        try
        {
            await RetryAsync(() => hub.StartInstanceAsync(
                new CreateInstanceRequest { Name = "mix", InstanceId = id, OrchestrationIdReusePolicy = new OrchestrationIdReusePolicy() },
                Cancellation));
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists)
        {
            // The commit whose answer was lost had happened.
        }
    }

    private static async Task RetryAsync(Func<Task> call)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                await timer.WaitForNextTickAsync(Cancellation);
            }
        }
    }

    private static IEnumerable<OrchestratorAction> Mix(Turn turn)
    {
        if (turn.IsFirst)
            return [Actions.Task(0, "echo"), Actions.Timer(1, turn.New[0].Timestamp.ToDateTime().AddMilliseconds(50))];
        if (turn.All.Any(e => e.TaskScheduled is not null && e.EventId == 2))
            return turn.Completed == 3 ? [Actions.Complete(4)] : [];

        var ready = turn.Completed == 1 && turn.Events.Count > 0 && turn.All.Any(e => e.TimerFired is not null);
        return ready ? [Actions.Task(2, "echo"), Actions.Task(3, "echo")] : [];
    }
}
