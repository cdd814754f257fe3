using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Activities;

/// <summary>Activities that another node's workers run.</summary>
public sealed class ActivityQueueTests : SharedHub
{
    [Fact]
    public async Task An_activity_that_only_another_nodes_worker_takes_runs_there()
    {
        var (a, _) = await StartAsync();
        var (b, _) = await StartAsync();
        await using var orchestrates = Orchestrates(a);
        await using var works = Works(b, "\"b\"").Start();

        await a.BeginAsync("one", "x");

        Assert.Equal("\"b\"", (await a.EndAsync("x")).Output);
        await Histories.AssertSoundAsync(a, "x", activities: 1);
        await UntilEmptyAsync();
    }

    [Fact]
    public async Task A_failure_reaches_the_instance_from_another_node()
    {
        var (a, _) = await StartAsync();
        var (b, _) = await StartAsync();
        await using var orchestrates = Only(
            new ScriptedWorker(a).Orchestrator("one", turn => turn.All.FirstOrDefault(e => e.TaskFailed is not null) is { } failed
                ? [Actions.Complete(1, failed.TaskFailed.FailureDetails.ErrorMessage)]
                : turn.IsFirst ? [Actions.Task(0, "work")] : []),
            ["one"],
            []).Start();
        await using var works = Only(
            new ScriptedWorker(b).Activity("work", _ => Task.FromResult(new ActivityResponse
            {
                FailureDetails = new TaskFailureDetails { ErrorType = "Boom", ErrorMessage = "no" },
            })),
            [],
            ["work"]).Start();

        await a.BeginAsync("one", "x");

        Assert.Equal("no", (await a.EndAsync("x")).Output);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_worker_that_appears_later_gets_what_waits(bool atTheOwner)
    {
        var (a, _) = await StartAsync(options => options.PollInterval = TimeSpan.FromMinutes(1));
        var (b, _) = await StartAsync(options => options.PollInterval = TimeSpan.FromMinutes(1));
        await using var orchestrates = Orchestrates(a);
        await a.BeginAsync("one", "x");
        await UntilWaitingAsync(1);

        await using var works = Works(atTheOwner ? a : b, "\"late\"").Start();

        Assert.Equal("\"late\"", (await a.EndAsync("x")).Output);
    }

    [Fact]
    public async Task A_node_that_waits_hears_of_a_new_activity_without_a_poll()
    {
        var (a, _) = await StartAsync(options => options.PollInterval = TimeSpan.FromMinutes(1));
        var (b, store) = await StartAsync(options => options.PollInterval = TimeSpan.FromMinutes(1));
        var looks = 0;
        store.ActivitiesClaimed = _ => Interlocked.Increment(ref looks);
        await using var works = Works(b, "\"told\"").Start();
        await Eventually.TrueAsync(() => Volatile.Read(ref looks) > 0, "the other node has looked and found nothing");
        await using var orchestrates = Orchestrates(a);

        await a.BeginAsync("one", "x");

        Assert.Equal("\"told\"", (await a.EndAsync("x")).Output);
    }

    [Fact]
    public async Task An_activity_that_a_worker_here_takes_has_no_row()
    {
        var (a, store) = await StartAsync();
        var (b, _) = await StartAsync();
        var rows = 0;
        store.Committing = units => Interlocked.Add(ref rows, units.Sum(unit => unit.Activities.Count + unit.ActivityEnds.Count));
        await using var both = new ScriptedWorker(a).Orchestrator("one", One).Activity("work", _ => "\"here\"").Start();
        await using var works = Works(b, "\"there\"").Start();

        for (var i = 0; i < 20; i++)
        {
            await a.BeginAsync("one", $"x-{i}");
            Assert.Equal("\"here\"", (await a.EndAsync($"x-{i}")).Output);
        }

        Assert.Equal(0, rows);
    }

    [Fact]
    public async Task A_worker_gets_only_the_versions_that_it_has()
    {
        var (a, _) = await StartAsync();
        var (b, _) = await StartAsync();
        var (c, _) = await StartAsync();
        await using var orchestrates = Only(
            new ScriptedWorker(a).Orchestrator("one", turn =>
            {
                if (!turn.IsFirst)
                    return One(turn);

                var task = Actions.Task(0, "Work");
                task.ScheduleTask.Version = "V2";
                return [task];
            }),
            ["one"],
            []).Start();
        var first = Works(b, "\"1\"");
        first.Request.WorkItemFilters.Activities[0].Versions.Add("v1");
        await using var older = first.Start();
        await a.BeginAsync("one", "x");
        await UntilWaitingAsync(1);

        var second = Works(c, "\"unused\"").Activity("Work", _ => "\"2\"");
        second.Request.WorkItemFilters.Activities[0].Versions.Add("v2");
        await using var newer = second.Start();

        Assert.Equal("\"2\"", (await a.EndAsync("x")).Output);
    }

    [Fact]
    public async Task A_stream_has_never_more_than_its_limit_and_its_node_no_more_than_its_slots()
    {
        var (a, _) = await StartAsync();
        var (b, store) = await StartAsync(options => options.PollInterval = TimeSpan.FromMinutes(1)); // a free slot is what makes it look
        var most = 0;
        var running = 0;
        var peak = 0;
        store.ActivitiesClaimed = claimed => most = Math.Max(most, claimed.Taken.Count);
        await using var orchestrates = Only(
            new ScriptedWorker(a).Orchestrator("many", turn => turn.IsFirst
                ? Enumerable.Range(0, 20).Select(i => Actions.Task(i, "work"))
                : turn.Completed == 20 ? [Actions.Complete(20)] : []),
            ["many"],
            []).Start();
        var works = Works(b, async _ =>
        {
            peak = Math.Max(peak, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return "1";
        });
        works.Request.MaxConcurrentActivityWorkItems = 2;
        await using var worker = works.Start();

        await a.BeginAsync("many", "x");
        await a.EndAsync("x");

        await Histories.AssertSoundAsync(a, "x", activities: 20);
        Assert.InRange(peak, 1, 2);
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task What_a_crowded_node_has_no_room_for_runs_elsewhere()
    {
        var (a, store) = await StartAsync();
        var (b, _) = await StartAsync();
        var looks = 0;
        store.ActivitiesClaimed = claimed => looks += claimed.HasPeers ? 1 : 0;
        var elsewhere = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var crowded = new ScriptedWorker(a)
            .Orchestrator("many", turn => turn.IsFirst
                ? Enumerable.Range(0, 30).Select(i => Actions.Task(i, "work"))
                : turn.Completed == 30 ? [Actions.Complete(30)] : [])
            .Activity("work", async _ => new ActivityResponse { Result = await elsewhere.Task }); // its one slot is taken until then
        crowded.Request.MaxConcurrentActivityWorkItems = 1;
        await using var here = crowded.Start();
        await using var there = Works(b, _ =>
        {
            elsewhere.TrySetResult("1");
            return Task.FromResult("2");
        }).Start();
        await Eventually.TrueAsync(() => looks > 1, "the node knows of the other");

        await a.BeginAsync("many", "x");
        await a.EndAsync("x");

        await Histories.AssertSoundAsync(a, "x", activities: 30);
        await UntilEmptyAsync();
    }

    [Fact]
    public async Task What_waits_here_when_the_last_worker_for_it_goes_runs_elsewhere()
    {
        var (a, _) = await StartAsync();
        var (b, _) = await StartAsync();
        await using var orchestrates = Orchestrates(a);
        await using (var stream = a.GetWorkItemsAsync(Works(a, "").Request, Cancellation).GetAsyncEnumerator(Cancellation))
        {
            var given = stream.MoveNextAsync();
            await a.BeginAsync("one", "x");
            Assert.True(await given);
            Assert.Equal(0, await WaitingAsync());
        }

        await using var works = Works(b, "\"b\"").Start();

        Assert.Equal("\"b\"", (await a.EndAsync("x")).Output);
    }
}
