using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Pao.Activities;
using Pao.Catalog;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Escalations;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Planning;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Tests.Requests;

/// <summary>What the stores must do on every database.</summary>
public abstract class StoreConformance<TDatabase> : IAsyncLifetime
    where TDatabase : ITestDatabase, new()
{
    private readonly List<Database> _opened = [];
    private readonly TDatabase _test = new();

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected Database Database => _opened[0];

    protected RequestStore Store => new(Database, TimeProvider.System);

    protected RequestProgress Progress => new(Database, TimeProvider.System);

    protected Decisions Decisions => new(Database, Options.Create(Escalation), TimeProvider.System);

    protected EscalationOptions Escalation { get; } = new();

    private protected ActionJournal Journal => new(Database, TimeProvider.System);

    private protected UnstartedRequests Unstarted => new(Database, TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        await _test.CreateAsync(Cancellation);
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var database in _opened)
            await database.DisposeAsync();
        await _test.DisposeAsync();
    }

    protected Database Open()
    {
        var database = _test.Open();
        _opened.Add(database);
        return database;
    }

    protected static Submission Submission(string user = "ada", IdempotencyKey? key = null, int actions = 2) => new(
        new Requester(user, "Ada", "ada@example.com", ["platform"]),
        Team: null,
        new PinnedItem("compute-vm-small", "1.2.0", "digest", new JsonObject { ["name"] = "VM" },
            [.. Enumerable.Range(1, actions).Select(Action)]),
        new JsonObject { ["name"] = "web" },
        "correlation-1",
        key);

    protected static ActionExecution Execution(FulfilmentInput input, string action = "call-1") =>
        new(input.RequestId, action, 0, "rest-api", [], null, input.CorrelationId, null);

    protected async Task<FulfilmentInput> SubmitAsync(string user = "ada", int actions = 2) =>
        Assert.IsType<SubmissionOutcome.Accepted>(
            await Store.SubmitAsync(Submission(user, actions: actions), Cancellation)).Input;

    protected async Task<FulfilmentInput> StartAsync(int actions = 2)
    {
        var input = await SubmitAsync(actions: actions);
        await Progress.BeginAsync(input.RequestId, ChosenPlan.AsWritten, Cancellation);
        return input;
    }

    protected async Task<Request> FindAsync(FulfilmentInput input) =>
        await Store.FindAsync(input.RequestId, Visibility.Everything, Cancellation)
        ?? throw new InvalidOperationException("The request is gone.");

    /// <summary>Reports a stop; the same number is the same stop.</summary>
    protected Task<int> FailAsync(FulfilmentInput input, int stop) => Progress.FailAsync(
        new Stoppage(input.RequestId, new Guid(stop, 0, 0, new byte[8]), "call-1", "action.rejected", "The target said no."), Cancellation);

    protected async Task<PreparedAction> PrepareAsync(FulfilmentInput input, PreparedAction action) =>
        (await Progress.PrepareAsync(new ActionKey(input.RequestId, ComponentId: null, action.Id), () => action, Cancellation)).Action;

    protected Task<DecisionOutcome> DecideAsync(FulfilmentInput input, DecisionKind kind) =>
        Decisions.TakeAsync(input.RequestId, Visibility.Everything, kind, Origin.Of("ada"), "because", Cancellation);

    protected Task<List<long>> CountAsync(string sql) =>
        Database.ReadAsync(sql, _ => { }, row => row.Number("n"), Cancellation);

    protected async Task<Database> OpenAsync()
    {
        var database = Open();
        Assert.True(await database.MigrateAsync(TimeProvider.System, Cancellation));
        return database;
    }

    private static ActionDefinition Action(int number) =>
        new($"call-{number}", null, "rest-api", [], null, [], null, null, null);
}
