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
        await node.CallAsync(
            async hub =>
            {
                await hub.RewindInstanceAsync(new RewindInstanceRequest { InstanceId = "orchestrator", Reason = "mended" }, Cancellation);
                return hub;
            },
            "the instance is tried again");
        Assert.Equal("\"inx\"", (await node.EndAsync("orchestrator")).Output);
        Assert.Equal(deaths, node.Deaths.Count);
        Assert.Empty(await PoisonedAsync(node));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<HubNodeProcess> StartAsync(string store)
    {
        string? database = null;
        if (store == "postgres")
        {
            var created = await TestDatabase.CreateAsync();
            _owned.Add(created);
            database = created.ConnectionString;
        }

        var node = new HubNodeProcess(Path.Combine(_folder, "data"), database);
        _owned.Add(node);
        node.Launch(mended: false);
        return node;
    }

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
