using Pao.DurableTask.Grpc;
using Pao.DurableTask.Protocol;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>Work that kills its process, a real one that is started again, each time it is touched.</summary>
public sealed class ProcessKillerTests : IAsyncLifetime
{
    private const int Harmless = 20;

    private readonly List<IAsyncDisposable> _owned = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("pao-killers-").FullName;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
            await owned.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_kills_its_process_is_set_aside_and_can_be_tried_again_and_all_else_goes_on(string store)
    {
        var node = await StartAsync(store);
        for (var i = 0; i < Harmless; i++)
            await node.BeginAsync("harmless", $"harmless-{i}");
        await node.BeginAsync("kills", "orchestrator");
        await node.BeginAsync("calls-a-killer", "activity");

        var orchestrator = await node.EndAsync("orchestrator");
        var activity = await node.EndAsync("activity");
        for (var i = 0; i < Harmless; i++)
            Assert.Equal("\"inxxxxx\"", (await node.EndAsync($"harmless-{i}")).Output);

        Assert.Equal(OrchestrationStatus.Failed, orchestrator.OrchestrationStatus);
        Assert.Equal("PoisonedInstance", orchestrator.FailureDetails.ErrorType);
        Assert.Equal("\"PoisonedActivity\"", activity.Output);
        Assert.InRange(node.Touched("orchestrator"), 2, HubNodeProcess.MaxAttempts);
        Assert.InRange(node.Touched("activity"), 2, HubNodeProcess.MaxAttempts);
        Assert.All(node.Deaths, code => Assert.Contains(code, (int[])[134, 137])); // by abort, by signal
        Assert.InRange(node.Deaths.Count, 3, 2 * HubNodeProcess.MaxAttempts);
        Assert.Equal(["orchestrator"], await PoisonedAsync(node));

        await node.KillAsync();
        node.Launch(mended: true);
        var deaths = node.Deaths.Count;
        await RewindAsync(node, "orchestrator");
        Assert.Equal("\"inx\"", (await node.EndAsync("orchestrator")).Output);
        Assert.Equal(deaths, node.Deaths.Count);
        Assert.Empty(await PoisonedAsync(node));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_start_that_kills_its_process_before_it_is_stored_is_set_aside_though_its_sender_repeats_it(string store)
    {
        var node = await StartAsync(store, eventPatience: "00:00:10");
        for (var i = 0; i < Harmless; i++)
            await node.BeginAsync("harmless", $"harmless-{i}");
        await node.BeginAsync("kills-at-once", "start");

        var start = await node.EndAsync("start");
        for (var i = 0; i < Harmless; i++)
            Assert.Equal("\"inxxxxx\"", (await node.EndAsync($"harmless-{i}")).Output);

        Assert.Equal("PoisonedInstance", start.FailureDetails?.ErrorType);
        Assert.Equal(node.Touched("start"), node.Deaths.Count);

        await node.KillAsync();
        node.Launch(mended: true);
        await RewindAsync(node, "start");
        Assert.Equal("\"in\"", (await node.EndAsync("start")).Output);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_kills_its_worker_is_set_aside_and_the_rest_of_its_work_goes_on(string store)
    {
        var node = await StartAsync(store, withWorker: true);
        var worker = node.Worker ?? throw new InvalidOperationException("It has a worker.");
        for (var i = 0; i < Harmless; i++)
            await node.BeginAsync("harmless", $"harmless-{i}");
        await node.BeginAsync("kills", "orchestrator");
        await node.BeginAsync("kills-at-once", "start");
        await node.BeginAsync("calls-a-killer", "activity");

        var (orchestrator, start, activity) = (await node.EndAsync("orchestrator"), await node.EndAsync("start"), await node.EndAsync("activity"));
        for (var i = 0; i < Harmless; i++)
            Assert.Equal("\"inxxxxx\"", (await node.EndAsync($"harmless-{i}")).Output);

        Assert.Equal("PoisonedInstance", orchestrator.FailureDetails?.ErrorType);
        Assert.Equal("PoisonedInstance", start.FailureDetails?.ErrorType);
        Assert.Equal("\"PoisonedActivity\"", activity.Output);
        foreach (var id in (string[])["orchestrator", "start", "activity"])
            Assert.InRange(node.Touched(id), HubNodeProcess.MaxAttempts - 2, HubNodeProcess.MaxAttempts); // twice it may only have been beside another
        Assert.InRange(worker.Deaths.Count, HubNodeProcess.MaxAttempts, 3 * HubNodeProcess.MaxAttempts);
        Assert.Empty(node.Deaths);
        Assert.Equal(["orchestrator", "start"], (await PoisonedAsync(node)).Order());

        await worker.KillAsync();
        worker.Launch(mended: true);
        await RewindAsync(node, "orchestrator");
        await RewindAsync(node, "start");
        Assert.Equal("\"inx\"", (await node.EndAsync("orchestrator")).Output);
        Assert.Equal("\"in\"", (await node.EndAsync("start")).Output);
        Assert.Empty(await PoisonedAsync(node));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<HubNodeProcess> StartAsync(string store, bool withWorker = false, string eventPatience = "00:00:00.050")
    {
        string? database = null;
        if (store == "postgres")
        {
            var created = await TestDatabase.CreateAsync();
            _owned.Add(created);
            database = created.ConnectionString;
        }

        var port = Repository.FreePort();
        var data = Path.Combine(_folder, "data");
        var node = new HubNodeProcess(data, database, port)
        {
            Worker = withWorker ? new HubWorkerProcess(data, $"http://127.0.0.1:{port}") : null,
            EventPatience = eventPatience,
        };
        _owned.Add(node);
        node.Launch(mended: false);
        if (node.Worker is { } worker)
        {
            _owned.Add(worker);
            worker.Launch(mended: false);
        }

        return node;
    }

    private static Task<GrpcTaskHub> RewindAsync(HubNodeProcess node, string id) => node.CallAsync(
        async hub =>
        {
            await hub.RewindInstanceAsync(new RewindInstanceRequest { InstanceId = id, Reason = "mended" }, Cancellation);
            return hub;
        },
        $"'{id}' is tried again");

    /// <summary>What an operator sees who asks for failed instances.</summary>
    private static async Task<IEnumerable<string>> PoisonedAsync(HubNodeProcess node)
    {
        var query = new InstanceQuery { FetchInputsAndOutputs = true };
        query.RuntimeStatus.Add(OrchestrationStatus.Failed);
        var failed = await node.CallAsync(
            hub => hub.QueryInstancesAsync(new QueryInstancesRequest { Query = query }, Cancellation), "the failed instances are listed");
        return failed.OrchestrationState.Where(state => state.FailureDetails.ErrorType == "PoisonedInstance").Select(state => state.InstanceId);
    }
}
