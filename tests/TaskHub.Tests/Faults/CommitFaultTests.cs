using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Faults;

/// <summary>A commit that fails, or whose answer is lost: memory is never ahead of the store, nor behind it for long.</summary>
public sealed class CommitFaultTests
{
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
        foreach (var some in ids.Chunk(4))
        {
            await Task.WhenAll(some.Select(id => StartAsync(hub, id)));
            await Task.WhenAll(some.Select(id => RetryAsync(
                () => hub.RaiseEventAsync(new RaiseEventRequest { InstanceId = id, Name = "go" }, Cancellation))));
        }

        foreach (var id in ids)
        {
            var end = await hub.WaitForInstanceCompletionAsync(new GetInstanceRequest { InstanceId = id }, Cancellation)
                .WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
            Assert.Equal(OrchestrationStatus.Completed, end.OrchestrationState.OrchestrationStatus);
        }

        Assert.True(faulty.Faults > 5, $"only {faulty.Faults} faults happened (seed {seed})");
        faulty.Fault = static _ => CommitFault.None;
        foreach (var id in ids)
            await Histories.AssertSoundAsync(hub, id, activities: 3);
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
