using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Faults;

/// <summary>A node's membership while it is busy, in doubt, or over.</summary>
public sealed class MembershipTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lease_is_renewed_although_each_group_that_would_renew_it_conflicts()
    {
        await using var fixture = new PostgresFixture();
        FaultyStore? faulty = null;
        var hub = await fixture.StartAsync(options => options.Lease = TimeSpan.FromSeconds(4), store => faulty = new FaultyStore(store));
        Assert.NotNull(faulty);
        var node = hub.NodeId;
        var conflicts = 0;
        faulty.Renewing = units =>
        {
            if (units.Count > 0 && ++conflicts > 0)
                throw new Commits.UnitConflictException("A row exists already.");
        };

        // Events for nobody: each is a commit, and nothing else is.
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(12))
                await hub.RaiseAsync($"nobody-{i}", "go");
        }));

        Assert.True(conflicts > 3, $"only {conflicts} conflicts");
        Assert.Equal(node, hub.NodeId);
    }

    [Fact]
    public async Task A_claim_that_gets_no_connection_ends_no_membership()
    {
        await using var fixture = new PostgresFixture();
        FaultyStore? faulty = null;
        var hub = await fixture.StartAsync(wrap: inner => faulty = new FaultyStore(inner));
        Assert.NotNull(faulty);
        var node = hub.NodeId;
        Guid? atFourth = null;
        var refused = 0;
        faulty.Claimed = _ =>
        {
            if (++refused <= 3)
                throw new Commits.NotClaimedException(new TimeoutException("The connection pool has been exhausted."));
            if (refused == 4)
                atFourth = hub.NodeId;
            throw new Commits.LeaseLostException("The test has seen enough.");
        };
        await using var worker = new ScriptedWorker(hub).Orchestrator("wait", _ => []).Start();

        await Eventually.TrueAsync(() => hub.NodeId is { } next && next != node, "any other error ends it");
        Assert.Equal(node, atFourth);
    }

    [Fact]
    public void A_server_that_cannot_be_reached_was_asked_for_no_claim()
    {
        using var store = new Postgres.PostgresHubStore(
            "Host=127.0.0.1;Port=1;Username=nobody", "hub", TimeSpan.FromSeconds(30), NullLogger.Instance);

        Assert.Throws<Commits.NotClaimedException>(() => store.Claim(Guid.NewGuid(), null, 1));
        Assert.Throws<Commits.NotClaimedException>(() => store.ClaimActivities(Guid.NewGuid(), new Commits.ActivityClaim([], []) { FirstSuspectLoss = 2 }));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_claim_whose_answer_is_lost_is_found_again_at_once(string store)
    {
        await using var fixture = HubFixture.On(store);
        FaultyStore? faulty = null;
        var hub = await fixture.StartAsync(
            options =>
            {
                options.Lease = TimeSpan.FromMinutes(5); // the next renewal is far away
                options.IdleRelease = TimeSpan.Zero;
            },
            inner => faulty = new FaultyStore(inner));
        Assert.NotNull(faulty);
        await using var worker = new ScriptedWorker(hub)
            .Orchestrator("wait", turn => turn.Events.Count > 0 ? [Actions.Complete(0)] : []).Start();
        await hub.BeginAsync("wait", "x");
        await hub.UntilAsync("x", OrchestrationStatus.Running);
        await hub.UntilReleasedAsync();

        var lost = 0;
        faulty.Claimed = instances =>
        {
            if (instances.Count > 0 && lost++ == 0)
                throw new IOException("The connection broke after the claim.");
        };
        await hub.RaiseAsync("x", "go");
        await hub.EndAsync("x");

        Assert.True(lost > 0);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_hub_that_stops_stores_and_answers_what_it_has_taken(string store)
    {
        await using var fixture = HubFixture.On(store);
        var hub = await fixture.StartAsync(options => options.EventPatience = TimeSpan.FromSeconds(10));
        var stream = hub.GetWorkItemsAsync(new GetWorkItemsRequest(), Cancellation).GetAsyncEnumerator(Cancellation);
        var start = hub.BeginAsync("wait", "x");
        await stream.MoveNextAsync();
        var raised = hub.RaiseAsync("x", "go", "1");
        var waiting = hub.WaitForInstanceCompletionAsync(new GetInstanceRequest { InstanceId = "x" }, Cancellation);
        var ended = stream.MoveNextAsync().AsTask();
        Assert.False(start.IsCompleted || raised.IsCompleted);

        fixture.Stop(hub);

        await start.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        await raised.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        Assert.False(await ended.WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
        var gone = await Assert.ThrowsAsync<RpcException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
        Assert.Equal(StatusCode.Unavailable, gone.StatusCode);
        var next = await fixture.StartAsync();
        await using var worker = new ScriptedWorker(next)
            .Orchestrator("wait", turn => turn.Events.Count > 0 ? [Actions.Complete(0, turn.Events[0].Input)] : []).Start();
        Assert.Equal("1", (await next.EndAsync("x")).Output);
    }

    [Fact]
    public async Task A_failure_on_the_alarms_thread_ends_the_membership_and_not_the_process()
    {
        await using var fixture = new SqliteFixture();
        var hub = await fixture.StartAsync();
        var node = hub.NodeId;

        hub.Node.Alarm.At(hub.Node.Clock.Now, () => throw new InvalidOperationException("A fault of the hub."));
        await Eventually.TrueAsync(() => hub.NodeId is { } id && id != node, "the node has joined again");
        await using var worker = new ScriptedWorker(hub)
            .Orchestrator("nap", turn => turn.IsFirst
                ? [Actions.Timer(0, turn.New[0].Timestamp.ToDateTime().AddMilliseconds(20))]
                : [Actions.Complete(1)]).Start();
        await hub.BeginAsync("nap", "x");

        await hub.EndAsync("x");
    }
}
