using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.DurableTask.Client;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Tests.Fulfilment;
using Pao.Orchestrator.Tests.Histories;
using static Pao.Orchestrator.Tests.Bundles.TestBundle;

namespace Pao.Orchestrator.Tests.Bundles;

public sealed class SqliteFailedBundleTests(RunningService service) : FailedBundleTests(service), IClassFixture<RunningService>;

public sealed class PostgresFailedBundleTests(PostgresRunningService service)
    : FailedBundleTests(service), IClassFixture<PostgresRunningService>;

public abstract class FailedBundleTests(RunningService service) : BundleRunTests(service)
{
    private readonly RunningService _service = service;

    [Fact]
    public async Task A_failed_component_stops_what_depends_on_it_and_nothing_else()
    {
        var input = await StartFailingAsync(
            Parallel(Component("database"), Component("dns"), Component("record", "dns"), Component("app", "database")), "database/make");

        Assert.Equal("database:failed dns:completed record:completed app:blocked", await StatesAsync(input));
        var error = (await WaitForAsync(input, RequestStatus.Failed)).Error;
        Assert.Equal("bundle.failed", (string?)error?["code"]);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""[{"component": "database", "action": "make", "attempts": 1, "code": "test.refused", "message": "Not now."}]"""),
            error?["components"]));
    }

    [Fact]
    public async Task A_retry_goes_on_with_what_failed_and_keeps_what_is_done()
    {
        var input = await StartFailingAsync(
            Parallel(Component("database", [], [Action("make"), Action("grant")]), Component("dns"), Component("app", "database")),
            "database/grant");

        await DecideAsync(input, DecisionKind.Retry);
        var request = await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal(["app/make", "database/grant", "database/grant", "database/make", "dns/make"], Calls(input).Order());
        AssertOneBodyPerKey(input);
        Assert.Equal(new Progress(4, 4), request.Progress);
        Assert.Equal("database:completed dns:completed app:completed", await StatesAsync(input));
        Assert.All(await ComponentsAsync(input), component => Assert.Null(component.Error));
        await Recording.KeepAsync(_service, "bundle-retried", input.RequestId.ToString());
        await Recording.KeepAsync(_service, "bundle-retried-component", $"{input.RequestId}:database");
    }

    [Fact]
    public async Task After_a_failure_a_sequential_bundle_begins_nothing_more()
    {
        var input = await StartFailingAsync(Sequential(Component("database"), Component("dns")), "database/make");

        Assert.Equal("database:failed dns:blocked", await StatesAsync(input));
        Assert.Equal(["database/make"], Calls(input));
        await DecideAsync(input, DecisionKind.Retry);
        await WaitForAsync(input, RequestStatus.Completed);
        Assert.Equal(["database/make", "database/make", "dns/make"], Calls(input));
    }

    [Fact]
    public async Task What_runs_when_another_fails_is_finished_before_anybody_is_asked()
    {
        var input = await SubmitAsync(Parallel(Component("database"), Component("dns", [], [Action("make"), Action("check")])));
        _service.Script.Fail(input.RequestId, "database/make", times: 1);
        _service.Script.Hold(input.RequestId, "dns/make");
        await _service.Fulfilments.StartAsync(input, Cancellation);
        await RunningService.WaitUntilAsync(
            async () => (await StatesAsync(input)).Contains("database:failed", StringComparison.Ordinal), "the database has failed");

        Assert.Equal(RequestStatus.InProgress, (await WaitForAsync(input, RequestStatus.InProgress)).Status);
        _service.Script.Release(input.RequestId, "dns/make");
        await WaitForAsync(input, RequestStatus.Failed);

        Assert.Contains("dns/check", Calls(input));
        Assert.Equal("database:failed dns:completed", await StatesAsync(input));
    }

    [Fact]
    public async Task One_retry_is_for_every_component_that_failed()
    {
        var input = await StartFailingAsync(Parallel(Component("database"), Component("dns")), "database/make", "dns/make");
        Assert.Equal("database:failed dns:failed", await StatesAsync(input));

        await DecideAsync(input, DecisionKind.Retry);
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal(["database/make", "database/make", "dns/make", "dns/make"], Calls(input).Order());
    }

    [Fact]
    public async Task A_component_that_fails_again_stops_the_request_again()
    {
        var input = await SubmitAsync(Parallel(Component("database"), Component("app", "database")));
        _service.Script.Fail(input.RequestId, "database/make", times: 2);
        await _service.Fulfilments.StartAsync(input, Cancellation);
        await WaitForAsync(input, RequestStatus.Failed);

        var first = await _service.DecideAsync(input, DecisionKind.Retry);
        await _service.Fulfilments.DeliverAsync(first, Cancellation);
        await _service.Fulfilments.DeliverAsync(first, Cancellation);
        await _service.WaitForAsync(input, request => request.Status is RequestStatus.Failed && Calls(input).Count == 2);
        await _service.Fulfilments.DeliverAsync(first, Cancellation);
        await DecideAsync(input, DecisionKind.Retry);
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal(["database/make", "database/make", "database/make", "app/make"], Calls(input));
    }

    [Fact]
    public async Task An_abort_ends_every_orchestration_of_the_bundle()
    {
        var input = await StartFailingAsync(Parallel(Component("database"), Component("app", "database")), "database/make");

        await DecideAsync(input, DecisionKind.Abort);

        foreach (var id in new[] { $"{input.RequestId}:database", $"{input.RequestId}" })
        {
            var ended = await _service.Client.WaitForInstanceCompletionAsync(id, Cancellation);
            Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        }

        Assert.Equal(RequestStatus.Aborted, (await WaitForAsync(input, RequestStatus.Aborted)).Status);
        Assert.Equal("database:failed app:blocked", await StatesAsync(input));
        Assert.Equal(["database/make"], Calls(input));
    }

    [Fact]
    public async Task Fields_that_the_items_form_does_not_take_fail_the_component_before_any_call()
    {
        var input = await StartAsync(Sequential(
            Component("database"),
            Component("app", ["database"], [Action("make")], name: "{{ components.database.outputs.id }} with a name that is far too long")));

        var request = await WaitForAsync(input, RequestStatus.Failed);

        Assert.Equal("database:completed app:failed", await StatesAsync(input));
        Assert.Equal("component.invalid", (string?)request.Error?["components"]?[0]?["code"]);
        Assert.Contains("/fields/name", (string?)request.Error?["message"], StringComparison.Ordinal);
        Assert.Equal(["database/make"], Calls(input));
    }

    [Fact]
    public async Task A_retry_of_a_custom_action_that_nobody_answered_waits_for_the_same_call()
    {
        var answer = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var action = Action("make", ActionTypes.Custom) with
        {
            Config = new JsonObject { ["activity"] = CustomWorker.Activity }, Timeout = TimeSpan.FromMilliseconds(300),
        };
        var input = await SubmitAsync(Parallel(Component("queue", [], [action])));
        _service.Custom.Answer(input.RequestId, _ => answer.Task);
        await _service.Fulfilments.StartAsync(input, Cancellation);
        await WaitForAsync(input, RequestStatus.Failed);

        answer.SetResult(new JsonObject { ["late"] = true });
        await DecideAsync(input, DecisionKind.Retry);
        await WaitForAsync(input, RequestStatus.Completed);

        var call = Assert.Single(_service.Custom.CallsOf(input.RequestId));
        Assert.Equal(("queue", $"{input.RequestId}:queue/make:0"), ((string?)call["component_id"], (string?)call["idempotency_key"]));
    }
}
