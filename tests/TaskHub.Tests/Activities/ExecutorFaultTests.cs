using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Faults;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Activities;

/// <summary>The node or the worker that runs another node's activity fails: it runs elsewhere, and counts once.</summary>
public sealed class ExecutorFaultTests : SharedHub
{
    [Fact]
    public async Task An_activity_of_a_node_whose_lease_is_over_runs_elsewhere_and_its_late_result_is_refused()
    {
        var (a, _) = await StartAsync();
        var (b, store) = await StartAsync(options => options.Lease = TimeSpan.FromSeconds(1));
        var (c, _) = await StartAsync();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var late = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var orchestrates = Orchestrates(a);
        await using var slow = Works(b, _ =>
        {
            begun.TrySetResult();
            return late.Task;
        }).Start();
        await a.BeginAsync("one", "x");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);

        using var held = new Hold();
        store.Committing = _ => held.Stop(true);
        await held.Reached;
        await using var fast = Works(c, "\"fast\"").Start();
        var end = await a.EndAsync("x");
        late.SetResult("\"late\"");
        held.LetGo();

        await Eventually.TrueAsync(() => slow.Refused.Count > 0, "the late result is refused");
        Assert.Equal("\"fast\"", end.Output);
        Assert.Equal([StatusCode.NotFound], slow.Refused);
        await Histories.AssertSoundAsync(a, "x", activities: 1);
        await UntilEmptyAsync();
    }

    [Fact]
    public async Task An_activity_that_outlives_its_nodes_lease_and_was_not_taken_by_another_counts()
    {
        var (a, _) = await StartAsync();
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
        var node = b.NodeId;

        await ExecuteAsync($"update task_hub.node set dead = true where id = '{node}'");
        await Eventually.TrueAsync(() => b.NodeId is { } id && id != node, "the node has rejoined");
        result.SetResult("\"kept\"");

        Assert.Equal("\"kept\"", (await a.EndAsync("x")).Output);
        Assert.Equal(1, runs);
        Assert.Empty(works.Refused);
    }

    [Fact]
    public async Task A_stopped_nodes_activity_runs_elsewhere()
    {
        var (a, _) = await StartAsync();
        var (b, _) = await StartAsync();
        var (c, _) = await StartAsync();
        await using var orchestrates = Orchestrates(a);
        await using var stream = b.GetWorkItemsAsync(Works(b, "").Request, Cancellation).GetAsyncEnumerator(Cancellation);
        await a.BeginAsync("one", "x");
        Assert.True(await stream.MoveNextAsync());

        Stop(b);
        await using var works = Works(c, "\"c\"").Start();

        Assert.Equal("\"c\"", (await a.EndAsync("x")).Output);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_activity_that_is_not_finished_goes_back_to_all_nodes(bool abandoned)
    {
        var (a, _) = await StartAsync();
        var (b, _) = await StartAsync();
        var (c, _) = await StartAsync();
        await using var orchestrates = Orchestrates(a);
        var stream = b.GetWorkItemsAsync(Works(b, "").Request, Cancellation).GetAsyncEnumerator(Cancellation);
        await a.BeginAsync("one", "x");
        Assert.True(await stream.MoveNextAsync());
        var token = stream.Current.CompletionToken;
        Assert.Equal(1, await TakenAsync());

        if (abandoned)
            await b.AbandonActivityTaskAsync(new AbandonActivityTaskRequest { CompletionToken = token }, Cancellation);
        await stream.DisposeAsync();
        await using var works = Works(c, "\"c\"").Start();
        var stale = await Assert.ThrowsAsync<RpcException>(() =>
            b.CompleteActivityTaskAsync(new ActivityResponse { CompletionToken = token, Result = "\"b\"" }, Cancellation));

        Assert.Equal(StatusCode.NotFound, stale.StatusCode);
        Assert.Equal("\"c\"", (await a.EndAsync("x")).Output);
    }

    [Fact]
    public async Task A_claim_whose_answer_is_lost_is_made_again()
    {
        var (a, _) = await StartAsync();
        var (b, store) = await StartAsync(options => options.Lease = TimeSpan.FromMinutes(5)); // no renewal tells it
        var lost = 0;
        store.ActivitiesClaimed = claimed =>
        {
            if (claimed.Taken.Count > 0 && lost++ == 0)
                throw new IOException("The connection broke after the claim.");
        };
        await using var orchestrates = Orchestrates(a);
        await using var works = Works(b, "\"b\"").Start();

        await a.BeginAsync("one", "x");

        Assert.Equal("\"b\"", (await a.EndAsync("x")).Output);
        Assert.True(lost > 1, $"{lost} claims");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_instance_ends_once_when_commits_of_owner_and_executor_fail(int seed)
    {
        var (a, owner) = await StartAsync();
        var (b, executor) = await StartAsync();
        await using var orchestrates = Only(
            new ScriptedWorker(a).Orchestrator("steps", turn =>
            {
                var scheduled = turn.All.Count(e => e.TaskScheduled is not null);
                return turn.Completed == 3 ? [Actions.Complete(3)]
                    : scheduled == turn.Completed ? [Actions.Task(scheduled, "work")]
                    : [];
            }),
            ["steps"],
            []).Start();
        await using var works = Works(b, "1").Start();
        var ids = Enumerable.Range(0, 20).Select(i => $"i-{i}").ToList();
        await Task.WhenAll(ids.Select(id => a.BeginAsync("steps", id)));

        owner.Fault = Faults(seed);
        executor.Fault = Faults(seed + 100);
        await Eventually.TrueAsync(async () => (await Task.WhenAll(ids.Select(id => b.StateAsync(id))))
            .All(state => state?.OrchestrationStatus == OrchestrationStatus.Completed), $"all instances have ended (seed {seed})");

        Assert.True(owner.Faults > 0 && executor.Faults > 0, $"faults: {owner.Faults} and {executor.Faults} (seed {seed})");
        owner.Fault = executor.Fault = static _ => CommitFault.None;
        foreach (var id in ids)
            await Histories.AssertSoundAsync(b, id, activities: 3);
        await UntilEmptyAsync();
    }

    /// <summary>Each kind once at first, however few groups the commits make, and then at random.</summary>
    private static Func<IReadOnlyList<Commits.CommitUnit>, CommitFault> Faults(int seed)
    {
        var random = new Random(seed);
        var commits = 0;
        return _ => (commits < 2 ? commits++ : random.Next(8)) switch
        {
            0 => CommitFault.NotWritten,
            1 => CommitFault.AnswerLost,
            _ => CommitFault.None,
        };
    }

    [Fact]
    public async Task An_activity_whose_worker_went_away_while_its_result_was_lost_runs_again()
    {
        await using var fixture = new SqliteFixture();
        FaultyStore? faulty = null;
        var hub = await fixture.StartAsync(wrap: store => faulty = new FaultyStore(store));
        Assert.NotNull(faulty);
        using var held = new Hold();
        faulty.Committing = units => held.Stop(units.Any(unit => unit.History.Any(turn => turn.Turn == 1)));
        var first = new ScriptedWorker(hub).Orchestrator("one", One).Activity("work", _ => "\"1\"").Start();
        await hub.BeginAsync("one", "x");
        await held.Reached;

        faulty.Fault = units => units.Any(unit => unit.History.Any(turn => turn.Turn == 1)) && faulty.Faults == 0 ? CommitFault.NotWritten : CommitFault.None;
        var gone = first.DisposeAsync();
        await Eventually.TrueAsync(() => hub.Node.Dispatcher.Streams.Count == 0, "the worker's stream is gone");
        held.LetGo();
        await gone;
        await using var second = new ScriptedWorker(hub).Orchestrator("one", One).Activity("work", _ => "\"2\"").Start();

        Assert.Equal("\"2\"", (await hub.EndAsync("x")).Output);
    }
}
