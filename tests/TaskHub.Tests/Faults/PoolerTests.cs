using Grpc.Core;
using Npgsql;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Faults;

/// <summary>Nodes whose connections go through PgBouncer in transaction mode.</summary>
public sealed class PoolerTests : IAsyncLifetime
{
    private readonly PgBouncerFixture _fixture = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_hub_behind_a_pooler_finds_out_that_it_has_to_poll_and_says_so()
    {
        var pooled = await _fixture.StartAsync();

        await Eventually.TrueAsync(
            () => pooled.Node.Store.Description.EndsWith(", by polling: notifications do not arrive", StringComparison.Ordinal), "it says that it polls");

        Assert.False(pooled.Node.Store.HearsAnnouncements);
    }

    [Fact]
    public async Task A_hub_on_the_server_itself_hears_announcements_unless_they_are_switched_off()
    {
        await using var direct = new PostgresFixture();
        var listening = await direct.StartAsync();
        var polling = await direct.StartAsync(options => options.Notifications = HubNotifications.Off);

        await Eventually.TrueAsync(() => listening.Node.Store.HearsAnnouncements, "it hears its own probe");

        Assert.DoesNotContain("polling", listening.Node.Store.Description, StringComparison.Ordinal);
        Assert.EndsWith(", by polling: notifications are switched off", polling.Node.Store.Description, StringComparison.Ordinal);
        Assert.False(polling.Node.Store.HearsAnnouncements);
    }

    [Fact]
    public async Task Two_nodes_behind_a_pooler_find_each_others_messages_at_their_next_poll()
    {
        var (a, b) = await StartTwoAsync();
        await using var worker = new ScriptedWorker(a).Orchestrator("count", turn =>
            turn.Events.Count == 20 ? [Actions.Complete(0, $"{turn.Events.Count}")] : []).Start();
        await a.BeginAsync("count", "x");
        await a.UntilAsync("x", OrchestrationStatus.Running);

        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 20; i++)
        {
            await b.RaiseAsync("x", "go");
            var events = i + 1;
            await Eventually.TrueAsync(async () => await EventsAsync(b, "x") == events, "the event's turn is committed");
        }

        // Without a look at the inbox at each poll (50 ms here), 20 events would take 20 times up to 2 s.
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(15));
        Assert.Equal("20", (await b.EndAsync("x")).Output);
    }

    [Fact]
    public async Task A_pooler_that_restarts_under_load_costs_no_instance_and_no_message()
    {
        var (a, b) = await StartTwoAsync();
        await using var first = new ScriptedWorker(a).Orchestrator("mix", Steps).Start();
        await using var second = new ScriptedWorker(b).Orchestrator("mix", Steps).Start();
        var node = a.NodeId;
        var restarts = RestartAsync(8);
        List<string> ids = [];
        while (!restarts.IsCompleted)
        {
            var some = Enumerable.Range(ids.Count, 20).Select(i => $"i-{i}").ToList();
            ids.AddRange(some);
            await Task.WhenAll(some.Select((id, i) => RetryAsync(() => (i % 2 == 0 ? a : b).BeginAsync("mix", id))));
            await Task.WhenAll(some.Select((id, i) => RetryAsync(() => (i % 2 == 0 ? b : a).RaiseAsync(id, "go"))));
        }

        await restarts;
        await Eventually.TrueAsync(
            async () => await CountAsync("select count(*) from task_hub.instance where status = 1") == ids.Count, "all instances have ended");
        Assert.NotEqual(node, a.NodeId);
        foreach (var id in ids)
            await Histories.AssertSoundAsync(b, id, activities: 3);
        Assert.Equal(0, await CountAsync("select count(*) from task_hub.inbox"));
    }

    [Fact]
    public async Task A_transaction_that_hangs_is_ended_when_its_nodes_lease_is_over_and_no_other_is()
    {
        var a = await _fixture.StartAsync();
        var b = await _fixture.StartAsync(options => options.Lease = TimeSpan.FromMinutes(1)); // its renewal waits for the transaction below
        await using var worker = new ScriptedWorker(a).Orchestrator("none", _ => []).Start(); // who works looks for dead nodes
        var stopped = Guid.NewGuid();
        await CountAsync($"""
            with joined as (
              insert into task_hub.node (hub, id, expires_at)
              select id, '{stopped}', now() + interval '5 seconds' from task_hub.hub
              returning 1)
            select count(*) from joined
            """);
        await using var database = NpgsqlDataSource.Create(_fixture.Bouncer.Through(_fixture.ConnectionString));
        await using var hanging = await BeginCommitAsync(database, stopped);
        await using var alive = await BeginCommitAsync(database, b.NodeId ?? throw new InvalidOperationException());

        await Eventually.TrueAsync(
            async () => await CountAsync($"select count(*) from task_hub.node where id = '{stopped}'") == 0, "the node is gone");

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => QueryAsync(hanging));
        Assert.Equal(1, await QueryAsync(alive));
        Assert.True(a.IsMember && b.IsMember);
    }

    private async Task<(EmbeddedTaskHub A, EmbeddedTaskHub B)> StartTwoAsync() =>
        (await _fixture.StartAsync(), await _fixture.StartAsync());

    private static async Task<NpgsqlConnection> BeginCommitAsync(NpgsqlDataSource database, Guid node)
    {
        var connection = await database.OpenConnectionAsync(Cancellation);
        await connection.BeginTransactionAsync(Cancellation);
        await using var begin = new NpgsqlCommand(
            $"select task_hub.begin_commit(id, '{node}'), set_config('application_name', 'task_hub {node}', true) from task_hub.hub", connection);
        await begin.ExecuteNonQueryAsync(Cancellation);
        return connection;
    }

    private static async Task<int> QueryAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select 1", connection);
        return (int)(await command.ExecuteScalarAsync(Cancellation) ?? 0);
    }

    private static async Task<int> EventsAsync(EmbeddedTaskHub hub, string id)
    {
        var events = 0;
        await foreach (var chunk in hub.StreamInstanceHistoryAsync(new StreamInstanceHistoryRequest { InstanceId = id }, Cancellation))
            events += chunk.Events.Count(e => e.EventRaised is not null);
        return events;
    }

    private async Task RestartAsync(int times)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        for (var i = 0; i < times; i++)
        {
            await timer.WaitForNextTickAsync(Cancellation);
            await _fixture.Bouncer.RestartAsync();
        }
    }

    private static IEnumerable<OrchestratorAction> Steps(Turn turn)
    {
        if (turn.Events.Count == 0)
            return [];

        var scheduled = turn.All.Count(e => e.TaskScheduled is not null);
        return turn.Completed == 3 ? [Actions.Complete(3)]
            : scheduled == turn.Completed ? [Actions.Task(scheduled, "echo")]
            : [];
    }

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
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                await timer.WaitForNextTickAsync(Cancellation);
            }
        }
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_fixture.ConnectionString) { Pooling = false });
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancellation) ?? 0L);
    }
}
