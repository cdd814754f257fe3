using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Planning;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Tests.Bundles;

namespace Pao.Orchestrator.Tests.Requests;

public sealed class PostgresComponentLifecycleTests : ComponentLifecycleTests<PostgresTestDatabase>;

public sealed class SqliteComponentLifecycleTests : ComponentLifecycleTests<SqliteTestDatabase>;

public abstract class ComponentLifecycleTests<TDatabase> : StoreConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private ComponentProgress Components => new(Database, TimeProvider.System);

    [Fact]
    public async Task A_component_begins_once_however_often_it_is_told_to()
    {
        var input = await StartBundleAsync();

        Assert.Equal((0, 0), (await BeginAsync(input), await BeginAsync(input)));

        Assert.Equal("database:in_progress app:pending", await StatesAsync(input));
        Assert.Single(await LogAsync(input), message => message == "Component started.");
    }

    [Fact]
    public async Task What_was_prepared_first_is_kept()
    {
        var input = await StartBundleAsync();
        await BeginAsync(input);
        var first = await PrepareAsync(input, "first");

        var second = await PrepareAsync(input, "second");

        Assert.Equal(("first", "first"), ((string?)first.Fields["name"], (string?)second.Fields["name"]));
    }

    [Fact]
    public async Task A_stop_that_is_reported_late_changes_nothing()
    {
        var input = await StartBundleAsync();
        await BeginAsync(input);
        await FailAsync(input, 1);
        await FailAsync(input, 1);
        await FailBundleAsync(input);
        await DecideAsync(input, DecisionKind.Retry);

        await FailAsync(input, 1);

        Assert.Equal("database:in_progress app:pending", await StatesAsync(input));
        Assert.Equal(1, await BeginAsync(input));
        Assert.Single(await LogAsync(input), message => message == "Component failed: It is broken.");
        await FailAsync(input, 2);
        Assert.Equal("database:failed app:pending", await StatesAsync(input));
    }

    [Fact]
    public async Task A_completed_component_never_goes_back()
    {
        var input = await StartBundleAsync();
        await BeginAsync(input);
        await Components.CompleteAsync(Key(input), new JsonObject { ["id"] = "1" }, Cancellation);

        await FailAsync(input, 1);
        await BeginAsync(input);
        await Components.CompleteAsync(Key(input), new JsonObject { ["id"] = "2" }, Cancellation);

        Assert.Equal("database:completed app:pending", await StatesAsync(input));
        Assert.Equal("1", (string?)(await Store.ComponentsAsync(input.RequestId, Cancellation))[0].Outputs?["id"]);
    }

    [Fact]
    public async Task Nothing_begins_while_the_request_waits_for_a_person()
    {
        var input = await StartBundleAsync();
        await FailBundleAsync(input);
        await BeginAsync(input);

        Assert.Equal("database:failed app:blocked", await StatesAsync(input));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Journal.BeginAsync(
            Execution(input, "make") with { ComponentId = "database" }, Cancellation));
    }

    [Fact]
    public async Task Actions_of_one_id_are_told_apart_by_their_component()
    {
        var input = await StartBundleAsync();
        var execution = Execution(input, "make") with { ComponentId = "app" };
        await Journal.BeginAsync(execution, Cancellation);
        await Journal.CompleteAsync(execution, new Activities.ActionResult([], null), Cancellation);

        var actions = await Store.ActionsAsync(input.RequestId, Cancellation);

        Assert.Equal([("database", "pending"), ("app", "completed")], actions.Select(action => (action.ComponentId, action.Status)));
        Assert.Equal($"{input.RequestId}:app/make:0", execution.IdempotencyKey);
    }

    private static ComponentKey Key(FulfilmentInput input) => new(input.RequestId, "database");

    private async Task<FulfilmentInput> StartBundleAsync()
    {
        var bundle = TestBundle.Sequential(TestBundle.Component("database"), TestBundle.Component("app", "database"));
        var input = Assert.IsType<SubmissionOutcome.Accepted>(
            await Store.SubmitAsync(Submission() with { Item = bundle }, Cancellation)).Input;
        await Progress.BeginAsync(input.RequestId, ChosenPlan.AsWritten, Cancellation);
        return input;
    }

    private Task<int> BeginAsync(FulfilmentInput input) => Components.BeginAsync(Key(input), Cancellation);

    private Task<PreparedComponent> PrepareAsync(FulfilmentInput input, string name) => Components.PrepareAsync(
        Key(input),
        () => new PreparedComponent("database", Skipped: false, new JsonObject { ["name"] = name }, new Dictionary<string, string[]>()),
        Cancellation);

    private new Task FailAsync(FulfilmentInput input, int stop) =>
        Components.FailAsync(input.RequestId, new ComponentFailure("database", "make", "test.broken", "It is broken."), stop, Cancellation);

    private Task<int> FailBundleAsync(FulfilmentInput input) => Progress.FailAsync(
        new Stoppage(input.RequestId, Guid.NewGuid(), ActionId: null, "bundle.failed", "One failed.")
        {
            Components = [new ComponentFailure("database", "make", "test.broken", "It is broken.")],
        },
        Cancellation);

    private async Task<string> StatesAsync(FulfilmentInput input) =>
        string.Join(' ', (await Store.ComponentsAsync(input.RequestId, Cancellation)).Select(one => $"{one.Id}:{one.Status}"));

    private async Task<IEnumerable<string>> LogAsync(FulfilmentInput input) =>
        (await Store.LogAsync(input.RequestId, 0, 50, Cancellation)).Select(line => line.Message);
}
