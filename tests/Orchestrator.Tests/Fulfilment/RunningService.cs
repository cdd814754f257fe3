using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.Activities;
using Pao.Catalog;
using Pao.DurableTask;
using Pao.DurableTask.Client;
using Pao.DurableTask.Worker;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;
using Pao.TaskHub;

namespace Pao.Orchestrator.Tests.Fulfilment;

/// <summary>Orchestrator, hub and worker on SQLite, with actions whose outcomes a test scripts.</summary>
public sealed class RunningService : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pao-fulfilment-");
    private readonly IHost _host;

    public RunningService()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Services.AddCatalog();
        builder.Services.Configure<CatalogOptions>(catalog => catalog.Folder = _folder.FullName);
        builder.Services.AddOrchestrator();
        builder.Services.Configure<DatabaseOptions>(database => database.DataDirectory = _folder.FullName);
        builder.Services.AddTaskHub(hub => hub.DataDirectory = _folder.FullName);
        builder.Services.AddDurableTaskWorker(worker => worker.AddTasks(tasks => tasks.AddFulfilment()));
        builder.Services.AddDurableTaskClient();
        builder.Services.AddSingleton<IActionExecutor>(Script);
        _host = builder.Build();
    }

    internal Script Script { get; } = new();

    internal RequestStore Requests => Get<RequestStore>();

    internal Decisions Decisions => Get<Decisions>();

    internal Fulfilments Fulfilments => Get<Fulfilments>();

    internal FulfilmentSweeper Sweeper => Get<FulfilmentSweeper>();

    internal DurableTaskClient Client => Get<DurableTaskClient>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _host.StartAsync(Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Stores a request and leaves its start to the test.</summary>
    internal async Task<FulfilmentInput> SubmitAsync(params IReadOnlyList<ActionDefinition> actions)
    {
        var outcome = await Requests.SubmitAsync(
            new Submission(
                new Requester("ada", "Ada", null, []), null, new PinnedItem("item", "1.0.0", "digest", [], actions), [], "correlation", null),
            Cancellation);
        return Assert.IsType<SubmissionOutcome.Accepted>(outcome).Input;
    }

    internal async Task<Request> WaitForAsync(FulfilmentInput input, Func<Request, bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var tries = 0; tries < 1000; tries++)
        {
            var request = await Requests.FindAsync(input.RequestId, Visibility.Everything, Cancellation);
            if (request is not null && condition(request))
                return request;
            await timer.WaitForNextTickAsync(Cancellation);
        }

        throw new TimeoutException($"Request {input.RequestId} did not get there.");
    }

    internal async Task<Decision> DecideAsync(FulfilmentInput input, DecisionKind kind) =>
        Assert.IsType<DecisionOutcome.Taken>(
            await Decisions.TakeAsync(input.RequestId, Visibility.Everything, kind, "ada", null, Cancellation)).Decision;

    private T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();
}

/// <summary>Carries out actions by failing as often as it was told to, per action.</summary>
internal sealed class Script : IActionExecutor
{
    private readonly ConcurrentDictionary<(Guid, string), int> _failures = new();

    public string Type => "webhook";

    public ConcurrentQueue<ActionExecution> Calls { get; } = new();

    public void Fail(Guid request, string action, int times) => _failures[(request, action)] = times;

    public Task<ActionResult> ExecuteAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        Calls.Enqueue(execution);
        var left = _failures.AddOrUpdate((execution.RequestId, execution.ActionId), -1, (_, times) => times - 1);
        return left >= 0
            ? throw new ActivityFailedException("test.refused", "Not now.", retryable: false)
            : Task.FromResult(new ActionResult(new JsonObject { ["id"] = execution.ActionId }, null));
    }
}
