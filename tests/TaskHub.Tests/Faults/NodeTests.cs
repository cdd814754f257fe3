using Grpc.Core;
using Npgsql;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Faults;

/// <summary>Several nodes on one PostgreSQL hub.</summary>
public sealed class NodeTests : IAsyncLifetime
{
    private readonly PostgresFixture _fixture = new();
    private EmbeddedTaskHub? _a;
    private EmbeddedTaskHub? _b;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private EmbeddedTaskHub A => _a ?? throw new InvalidOperationException();

    private EmbeddedTaskHub B => _b ?? throw new InvalidOperationException();

    public async ValueTask InitializeAsync()
    {
        _a = await _fixture.StartAsync();
        _b = await _fixture.StartAsync();
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task An_event_raised_at_one_node_reaches_an_instance_of_the_other()
    {
        await using var worker = new ScriptedWorker(A).Orchestrator("wait", Wait).Start();
        await StartAsync(A, "wait", "x");

        await B.RaiseEventAsync(new RaiseEventRequest { InstanceId = "x", Name = "go", Input = "1" }, Cancellation);
        var end = await EndAsync(B, "x");

        Assert.Equal("1", end.Output);
    }

    [Fact]
    public async Task A_child_and_its_parent_meet_across_nodes()
    {
        await using var worker = new ScriptedWorker(A)
            .Orchestrator("parent", turn => turn.All.FirstOrDefault(e => e.SubOrchestrationInstanceCompleted is not null) is { } done
                ? [Actions.Complete(1, done.SubOrchestrationInstanceCompleted.Result)]
                : turn.IsFirst ? [Actions.Child(0, "wait", "kid")] : [])
            .Orchestrator("wait", Wait).Start();
        await StartAsync(A, "parent", "p");
        await Eventually.TrueAsync(async () => (await StateAsync(B, "kid"))?.OrchestrationStatus == OrchestrationStatus.Running, "the child runs");

        await B.RaiseEventAsync(new RaiseEventRequest { InstanceId = "kid", Name = "go", Input = "2" }, Cancellation);

        Assert.Equal("2", (await EndAsync(B, "p")).Output);
    }

    [Fact]
    public async Task A_node_whose_lease_is_over_changes_nothing_and_another_goes_on()
    {
        var late = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        await using var slow = new ScriptedWorker(A)
            .Activity("work", async _ =>
            {
                begun.TrySetResult();
                await late.Task;
                return new ActivityResponse { Result = "\"late\"" };
            })
            .Orchestrator("one", One).Start();
        await StartAsync(A, "one", "x");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);

        A.Node.Options.PollInterval = TimeSpan.FromMinutes(1); // it comes back, and is not the first to claim
        await using var fast = new ScriptedWorker(B).Activity("work", _ => "\"fast\"").Orchestrator("one", One).Start();
        await DeclareDeadAsync(A);
        var end = await EndAsync(B, "x");
        late.SetResult();
        await Eventually.TrueAsync(() => slow.Refused.Count > 0, "the late result is refused");

        Assert.Equal("\"fast\"", end.Output);
        await Histories.AssertSoundAsync(B, "x", activities: 1);
    }

    [Fact]
    public async Task An_activity_that_outlives_a_lost_lease_is_not_run_again_by_its_own_node()
    {
        var runs = 0;
        var late = new TaskCompletionSource();
        await using var worker = new ScriptedWorker(A)
            .Activity("work", async _ =>
            {
                Interlocked.Increment(ref runs);
                await late.Task;
                return new ActivityResponse { Result = "\"kept\"" };
            })
            .Orchestrator("one", One).Start();
        await StartAsync(A, "one", "x");
        await Eventually.TrueAsync(() => runs == 1, "the activity runs");
        var node = A.NodeId;

        await DeclareDeadAsync(A);
        await Eventually.TrueAsync(
            () => A.NodeId is { } id && id != node && A.Node.Residents.Count == 1, "the node has rejoined and has its instance again");
        late.SetResult();

        Assert.Equal("\"kept\"", (await EndAsync(A, "x")).Output);
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task A_stopped_nodes_work_goes_on_elsewhere_at_once()
    {
        await using (new ScriptedWorker(A).Orchestrator("wait", Wait).Start())
            await StartAsync(A, "wait", "x");
        _fixture.Stop(A);

        await using var worker = new ScriptedWorker(B).Orchestrator("wait", Wait).Start();
        await B.RaiseEventAsync(new RaiseEventRequest { InstanceId = "x", Name = "go", Input = "3" }, Cancellation);

        Assert.Equal("3", (await EndAsync(B, "x")).Output);
    }

    [Fact]
    public async Task Two_nodes_share_a_crowd_of_instances_while_their_connections_are_cut()
    {
        await using var first = new ScriptedWorker(A).Orchestrator("mix", Steps).Start();
        await using var second = new ScriptedWorker(B).Orchestrator("mix", Steps).Start();
        var cuts = CutConnectionsAsync(10);
        List<string> ids = [];
        while (!cuts.IsCompleted)
        {
            var some = Enumerable.Range(ids.Count, 20).Select(i => $"i-{i}").ToList();
            ids.AddRange(some);
            await Task.WhenAll(some.Select((id, i) => RetryAsync(() => StartAsync(i % 2 == 0 ? A : B, "mix", id))));
            await Task.WhenAll(some.Select((id, i) => RetryAsync(() =>
                (i % 2 == 0 ? B : A).RaiseEventAsync(new RaiseEventRequest { InstanceId = id, Name = "go" }, Cancellation))));
        }

        await cuts;
        await Eventually.TrueAsync(async () => await CountEndedAsync() == ids.Count, "all instances have ended");
        foreach (var id in ids)
            await Histories.AssertSoundAsync(B, id, activities: 3);
    }

    private static IEnumerable<OrchestratorAction> Wait(Turn turn) =>
        turn.Events.Count > 0 ? [Actions.Complete(0, turn.Events[0].Input)] : [];

    private static IEnumerable<OrchestratorAction> One(Turn turn) =>
        turn.All.FirstOrDefault(e => e.TaskCompleted is not null) is { } done
            ? [Actions.Complete(1, done.TaskCompleted.Result)]
            : [Actions.Task(0, "work")];

    private static IEnumerable<OrchestratorAction> Steps(Turn turn)
    {
        if (turn.Events.Count == 0)
            return [];

        var scheduled = turn.All.Count(e => e.TaskScheduled is not null);
        return turn.Completed == 3 ? [Actions.Complete(3)]
            : scheduled == turn.Completed ? [Actions.Task(scheduled, "echo")]
            : [];
    }

    private static Task<CreateInstanceResponse> StartAsync(EmbeddedTaskHub hub, string name, string id) => hub.StartInstanceAsync(
        new CreateInstanceRequest { Name = name, InstanceId = id, OrchestrationIdReusePolicy = new OrchestrationIdReusePolicy() }, Cancellation);

    private static async Task<OrchestrationState?> StateAsync(EmbeddedTaskHub hub, string id) =>
        (await hub.GetInstanceAsync(new GetInstanceRequest { InstanceId = id }, Cancellation)).OrchestrationState;

    private static async Task<OrchestrationState> EndAsync(EmbeddedTaskHub hub, string id) =>
        (await hub.WaitForInstanceCompletionAsync(new GetInstanceRequest { InstanceId = id, GetInputsAndOutputs = true }, Cancellation)
            .WaitAsync(TimeSpan.FromSeconds(30), Cancellation)).OrchestrationState;

    private static async Task RetryAsync(Func<Task> call)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists)
            {
                return;
            }
            catch (Exception e) when (e is RpcException { StatusCode: StatusCode.Unavailable } or NpgsqlException)
            {
                await timer.WaitForNextTickAsync(Cancellation);
            }
        }
    }

    private Task DeclareDeadAsync(EmbeddedTaskHub hub) =>
        ExecuteAsync($"update task_hub.node set dead = true where id = '{hub.NodeId}'");

    private async Task CutConnectionsAsync(int times)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var i = 0; i < times; i++)
        {
            await timer.WaitForNextTickAsync(Cancellation);
            await ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        }
    }

    private async Task<long> CountEndedAsync()
    {
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_fixture.ConnectionString) { Pooling = false });
        await using var command = database.CreateCommand("select count(*) from task_hub.instance where status = 1");
        try
        {
            return (long)(await command.ExecuteScalarAsync(Cancellation) ?? 0L);
        }
        catch (NpgsqlException)
        {
            return 0; // its connection was cut as well
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_fixture.ConnectionString) { Pooling = false });
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
