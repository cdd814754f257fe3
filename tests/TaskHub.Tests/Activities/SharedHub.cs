using Npgsql;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Faults;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Activities;

/// <summary>Several nodes on one PostgreSQL hub, and a look into their table of activities.</summary>
public abstract class SharedHub : IAsyncLifetime
{
    private readonly PostgresFixture _fixture = new();

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal async Task<(EmbeddedTaskHub Hub, FaultyStore Store)> StartAsync(Action<TaskHubOptions>? configure = null)
    {
        FaultyStore? faulty = null;
        var hub = await _fixture.StartAsync(configure, store => faulty = new FaultyStore(store));
        return (hub, faulty ?? throw new InvalidOperationException());
    }

    internal void Stop(EmbeddedTaskHub hub) => _fixture.Stop(hub);

    internal void Crash(EmbeddedTaskHub hub) => _fixture.Crash(hub);

    /// <summary>A worker that has these tasks alone, and says so.</summary>
    internal static ScriptedWorker Only(ScriptedWorker worker, string[] orchestrators, string[] activities)
    {
        var filters = new WorkItemFilters();
        filters.Orchestrations.Add(orchestrators.Select(name => new OrchestrationFilter { Name = name }));
        filters.Activities.Add(activities.Select(name => new ActivityFilter { Name = name }));
        worker.Request.WorkItemFilters = filters;
        return worker;
    }

    /// <summary>A worker for the orchestrator "one": one activity, whose result is the instance's.</summary>
    internal static ScriptedWorker Orchestrates(EmbeddedTaskHub hub) =>
        Only(new ScriptedWorker(hub).Orchestrator("one", One), ["one"], []).Start();

    /// <summary>A worker for the activity "work".</summary>
    internal static ScriptedWorker Works(EmbeddedTaskHub hub, Func<ActivityRequest, Task<string>> run) => Only(
        new ScriptedWorker(hub).Activity("work", async request => new ActivityResponse { Result = await run(request) }), [], ["work"]);

    internal static ScriptedWorker Works(EmbeddedTaskHub hub, string result) => Works(hub, _ => Task.FromResult(result));

    internal static IEnumerable<OrchestratorAction> One(Turn turn) =>
        turn.All.FirstOrDefault(e => e.TaskCompleted is not null) is { } done ? [Actions.Complete(1, done.TaskCompleted.Result)]
        : turn.IsFirst ? [Actions.Task(0, "work")]
        : [];

    protected Task<long> WaitingAsync() => CountAsync("node is null");

    protected Task<long> TakenAsync() => CountAsync("node is not null");

    protected Task UntilWaitingAsync(int count) => Eventually.TrueAsync(
        async () => await WaitingAsync() == count && await TakenAsync() == 0, $"{count} activities wait in the table");

    protected Task UntilEmptyAsync() => Eventually.TrueAsync(async () => await CountAsync("true") == 0, "the table has no activity");

    protected async Task ExecuteAsync(string sql)
    {
        await using var database = Open();
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private async Task<long> CountAsync(string condition)
    {
        await using var database = Open();
        await using var command = database.CreateCommand($"select count(*) from task_hub.activity where {condition}");
        return (long)(await command.ExecuteScalarAsync(Cancellation) ?? 0L);
    }

    protected NpgsqlDataSource Open() =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_fixture.ConnectionString) { Pooling = false });
}
