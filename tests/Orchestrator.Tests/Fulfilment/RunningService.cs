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
    private IHost _host;

    public RunningService() => _host = Build();

    /// <summary>The orchestrator of the version that is installed.</summary>
    internal Func<TaskOrchestrationContext, FulfilmentInput, Task<FulfilmentOutcome>> Code { get; set; } = new FulfilRequest().RunAsync;

    internal Script Script { get; } = new();

    internal CustomWorker Custom { get; } = new();

    internal RequestStore Requests => Get<RequestStore>();

    internal Decisions Decisions => Get<Decisions>();

    internal Fulfilments Fulfilments => Get<Fulfilments>();

    internal FulfilmentSweeper Sweeper => Get<FulfilmentSweeper>();

    internal Reconciliation Reconciliation => Get<Reconciliation>();

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

    /// <summary>Stops the service and starts it on the same data, as an installation does.</summary>
    internal async Task RestartAsync()
    {
        await _host.StopAsync(Cancellation);
        _host.Dispose();
        _host = Build();
        await _host.StartAsync(Cancellation);

        var hub = _host.Services.GetRequiredService<TaskHubHealth>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!hub.IsReady)
            await timer.WaitForNextTickAsync(Cancellation);
    }

    private IHost Build()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Services.AddCatalog();
        builder.Services.Configure<CatalogOptions>(catalog => catalog.Folder = _folder.FullName);
        builder.Services.AddOrchestrator();
        builder.Services.Configure<DatabaseOptions>(database => database.DataDirectory = _folder.FullName);
        builder.Services.AddTaskHub(hub => hub.DataDirectory = _folder.FullName);
        builder.Services.AddDurableTaskWorker(worker => worker.AddTasks(tasks => tasks
            .AddFulfilmentActivities()
            .AddActivityFunc<JsonObject, JsonNode?>(CustomWorker.Activity, (_, input) => Custom.RunAsync(input))
            .AddOrchestratorFunc<FulfilmentInput, FulfilmentOutcome>(FulfilRequest.Name, (context, input) => Code(context, input))));
        builder.Services.AddDurableTaskClient();
        builder.Services.AddSingleton<IActionExecutor>(Script); // the first of its type is the one that counts
        builder.Services.AddActivities();
        return builder.Build();
    }

    private T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();
}

/// <summary>Carries out actions: fails as often as it was told to, and holds those it was told to hold.</summary>
internal sealed class Script : IActionExecutor
{
    private readonly ConcurrentDictionary<(Guid, string), int> _failures = new();
    private readonly ConcurrentDictionary<(Guid, string), TaskCompletionSource> _held = new();

    public string Type => "webhook";

    public ConcurrentQueue<ActionExecution> Calls { get; } = new();

    public void Fail(Guid request, string action, int times) => _failures[(request, action)] = times;

    public void Hold(Guid request, string action) =>
        _held[(request, action)] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release(Guid request, string action) => _held[(request, action)].SetResult();

    public async Task<ActionResult> ExecuteAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        Calls.Enqueue(execution);
        if (_held.TryGetValue((execution.RequestId, execution.ActionId), out var held))
            await held.Task.WaitAsync(cancellationToken);
        var left = _failures.AddOrUpdate((execution.RequestId, execution.ActionId), -1, (_, times) => times - 1);
        return left >= 0
            ? throw new ActivityFailedException("test.refused", "Not now.", retryable: false)
            : new ActionResult(new JsonObject { ["id"] = execution.ActionId }, null);
    }
}
