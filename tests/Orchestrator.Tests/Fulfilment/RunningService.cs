using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.Activities;
using Pao.Catalog;
using Pao.DurableTask;
using Pao.DurableTask.Client;
using Pao.DurableTask.Worker;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Bundles;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Escalations;
using Pao.Orchestrator.Following;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Inbound;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;
using Pao.Orchestrator.Telling;
using Pao.Orchestrator.Tests.Requests;
using Pao.Orchestrator.Tests.Telling;
using Pao.TaskHub;

namespace Pao.Orchestrator.Tests.Fulfilment;

/// <summary>Orchestrator, hub and worker on SQLite, with actions whose outcomes a test scripts.</summary>
public class RunningService : IAsyncLifetime
{
    private readonly string? _postgres;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pao-fulfilment-");
    private IHost _host;

    public RunningService()
        : this(postgres: null)
    {
    }

    protected RunningService(string? postgres)
    {
        _postgres = postgres;
        _host = Build();
    }

    /// <summary>The orchestrator of the version that is installed.</summary>
    internal Func<TaskOrchestrationContext, FulfilmentInput, Task<FulfilmentOutcome>> Code { get; set; } = new FulfilRequest().RunAsync;

    internal Script Script { get; } = new();

    internal Tickets Tickets { get; } = new();

    internal Desk Desk { get; } = new();

    internal CustomWorker Custom { get; } = new();

    internal AuditTrail Trail => Get<AuditTrail>();

    internal RequestStore Requests => Get<RequestStore>();

    internal Decisions Decisions => Get<Decisions>();

    internal Corrections Corrections => Get<Corrections>();

    internal Completions Completions => Get<Completions>();

    internal EscalationStore Escalations => Get<EscalationStore>();

    internal Fulfilments Fulfilments => Get<Fulfilments>();

    internal RequestProgress Progress => Get<RequestProgress>();

    internal InboundEvents Inbound => Get<InboundEvents>();

    internal FulfilmentSweeper Sweeper => Get<FulfilmentSweeper>();

    internal Reconciliation Reconciliation => Get<Reconciliation>();

    internal DurableTaskClient Client => Get<DurableTaskClient>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => await StartAsync();

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Stores a request and leaves its start to the test.</summary>
    internal Task<FulfilmentInput> SubmitAsync(params IReadOnlyList<ActionDefinition> actions) =>
        SubmitAsync(new PinnedItem("item", "1.0.0", "digest", [], actions), []);

    /// <summary>Stores a request, for a bundle for instance, and leaves its start to the test.</summary>
    internal async Task<FulfilmentInput> SubmitAsync(PinnedItem item, JsonObject fields, Form? form = null)
    {
        var outcome = await Requests.SubmitAsync(
            new Submission(new Requester("ada", "Ada", null, []), null, item, fields, "correlation", null) { Form = form }, Cancellation);
        return Assert.IsType<SubmissionOutcome.Accepted>(outcome).Input;
    }

    internal async Task<Request> WaitForAsync(FulfilmentInput input, Func<Request, bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        Request? request = null;
        for (var tries = 0; tries < 3000; tries++)
        {
            request = await Requests.FindAsync(input.RequestId, Visibility.Everything, Cancellation);
            if (request is not null && condition(request))
                return request;
            await timer.WaitForNextTickAsync(Cancellation);
        }

        throw new TimeoutException($"Request {input.RequestId} did not get there; it is {request?.Status}: {request?.Error}");
    }

    internal static async Task WaitUntilAsync(Func<Task<bool>> condition, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var tries = 0; tries < 3000; tries++)
        {
            if (await condition())
                return;
            await timer.WaitForNextTickAsync(Cancellation);
        }

        throw new TimeoutException($"It did not come to be that {what}.");
    }

    internal async Task<Decision> DecideAsync(FulfilmentInput input, DecisionKind kind) =>
        Assert.IsType<DecisionOutcome.Taken>(
            await Decisions.TakeAsync(input.RequestId, Visibility.Everything, kind, Origin.Of("ada"), null, Cancellation)).Decision;

    /// <summary>Stops the service and starts it on the same data, as an installation does.</summary>
    internal async Task RestartAsync()
    {
        await _host.StopAsync(Cancellation);
        _host.Dispose();
        _host = Build();
        await StartAsync();
    }

    private async Task StartAsync()
    {
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
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Pao:Escalation:Type"] = "webhook",
            ["Pao:Escalation:Config:Body:Template:asked"] = "{{ output.failure.escalatedBy }}: {{ output.failure.message }} {{ output.failure.exists }}",
            ["Pao:Escalation:Config:Body:Template:lines:0"] = "{{ request.id }}",
            ["Pao:Escalation:Config:Body:Template:lines:1"] = "{{ output.failure.code }}",
        });
        builder.Services.AddCatalog();
        builder.Services.Configure<CatalogOptions>(catalog => catalog.Folder = _folder.FullName);
        builder.Services.AddOrchestrator();
        builder.Services.Configure<DatabaseOptions>(database =>
            (database.DataDirectory, database.ConnectionString) = (_folder.FullName, _postgres));
        builder.Services.AddTaskHub(hub => (hub.DataDirectory, hub.ConnectionString) = (_folder.FullName, _postgres));
        builder.Services.AddDurableTaskWorker(worker => worker.AddTasks(tasks => tasks
            .AddFulfilmentActivities()
            .AddOrchestrator<FulfilBundle>()
            .AddOrchestrator<FulfilComponent>()
            .AddOrchestrator<AwaitAction>()
            .AddOrchestrator<OutlastOutage>()
            .AddOrchestrator<CancelEffects>()
            .AddOrchestrator<Escalate>()
            .AddOrchestrator<TellTickets>()
            .AddActivityFunc<JsonObject, JsonNode?>(CustomWorker.Activity, (_, input) => Custom.RunAsync(input))
            .AddOrchestratorFunc<FulfilmentInput, FulfilmentOutcome>(FulfilRequest.Name, (context, input) => Code(context, input))));
        builder.Services.AddDurableTaskClient();
        builder.Services.AddSingleton<IActionExecutor>(Script); // the first of its type is the one that counts
        builder.Services.AddSingleton<IActionExecutor>(Tickets);
        builder.Services.AddSingleton<IActionExecutor>(Desk);
        builder.Services.AddActivities();
        builder.Services.AddPlanMaking();
        return builder.Build();
    }

    private T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();
}

/// <summary>The same on PostgreSQL.</summary>
public sealed class PostgresRunningService : RunningService
{
    private readonly PostgresTestDatabase _database;

    public PostgresRunningService()
        : this(new PostgresTestDatabase())
    {
    }

    private PostgresRunningService(PostgresTestDatabase database)
        : base(database.ConnectionString) => _database = database;

    internal string ConnectionString => _database.ConnectionString;

    public override async ValueTask InitializeAsync()
    {
        await _database.CreateAsync(TestContext.Current.CancellationToken);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
    }
}

/// <summary>
/// Carries out actions: fails as often as it was told to, and holds those it was told to hold. An action of a component is
/// named <c>component/action</c>.
/// </summary>
internal sealed class Script : IActionExecutor
{
    private readonly ConcurrentDictionary<(Guid, string), int> _failures = new();
    private readonly ConcurrentDictionary<(Guid, string), ActionEffect> _effects = new();
    private readonly ConcurrentDictionary<(Guid, string), TaskCompletionSource> _held = new();

    public string Type => "webhook";

    public ConcurrentQueue<ActionExecution> Calls { get; } = new();

    public void Fail(Guid request, string action, int times, ActionEffect effect = ActionEffect.Unknown) =>
        (_failures[(request, action)], _effects[(request, action)]) = (times, effect);

    public void Hold(Guid request, string action) =>
        _held[(request, action)] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release(Guid request, string action) => _held[(request, action)].SetResult();

    public ActionNeeds Needs(JsonObject config) => new(System: null);

    public Task<ProbeVerdict> ProbeAsync(ActionExecution execution, CancellationToken cancellationToken) =>
        Task.FromResult<ProbeVerdict>(new ProbeVerdict.Repeatable("the test says so."));

    public async Task<ActionProgress> StartAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        Calls.Enqueue(execution);
        if (_held.TryGetValue((execution.RequestId, execution.Path), out var held))
            await held.Task.WaitAsync(cancellationToken);
        var left = _failures.AddOrUpdate((execution.RequestId, execution.Path), -1, (_, times) => times - 1);
        return left >= 0
            ? throw new ActionFailedException("test.refused", "Not now.", retryable: false, _effects[(execution.RequestId, execution.Path)])
            : new ActionProgress.Done(
                new ActionResult(new JsonObject { ["id"] = execution.Path, ["sent"] = execution.Config.DeepClone() }, null));
    }
}
