using System.Text.Json.Nodes;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Tests.Fulfilment;
using static Pao.Orchestrator.Tests.Bundles.TestBundle;

namespace Pao.Orchestrator.Tests.Bundles;

public sealed class SqliteFulfilBundleTests(RunningService service) : FulfilBundleTests(service), IClassFixture<RunningService>;

public sealed class PostgresFulfilBundleTests(PostgresRunningService service)
    : FulfilBundleTests(service), IClassFixture<PostgresRunningService>;

public abstract class FulfilBundleTests(RunningService service) : BundleRunTests(service)
{
    private readonly RunningService _service = service;

    [Fact]
    public async Task A_sequential_bundle_runs_one_component_at_a_time_after_those_it_depends_on()
    {
        var input = await StartAsync(Sequential(
            Component("app", ["database"], [Action("make"), Action("check")]), Component("database"), Component("dns")));

        var request = await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal(["database/make", "app/make", "app/check", "dns/make"], Calls(input));
        Assert.Equal(
            Calls(input).Select(path => $"{input.RequestId}:{path}:0"), Executions(input).Select(call => call.IdempotencyKey));
        Assert.Equal(new Progress(4, 4), request.Progress);
        Assert.Equal("app:completed database:completed dns:completed", await StatesAsync(input));
    }

    [Fact]
    public async Task A_parallel_bundle_runs_at_once_what_does_not_depend_on_each_other()
    {
        var input = await SubmitAsync(Parallel(Component("left"), Component("right"), Component("both", "left", "right")));
        _service.Script.Hold(input.RequestId, "left/make");
        _service.Script.Hold(input.RequestId, "right/make");
        await _service.Fulfilments.StartAsync(input, Cancellation);

        await WaitForCallsAsync(input, 2); // neither has been answered
        Assert.Equal(["left/make", "right/make"], Calls(input).Order());
        Assert.Equal("left:in_progress right:in_progress both:pending", await StatesAsync(input));
        Assert.Equal("left/make", (await WaitForAsync(input, RequestStatus.InProgress)).CurrentAction);
        _service.Script.Release(input.RequestId, "left/make");
        _service.Script.Release(input.RequestId, "right/make");

        await WaitForAsync(input, RequestStatus.Completed);
        Assert.Equal("both/make", Calls(input)[2]);
    }

    [Fact]
    public async Task What_a_component_made_reaches_those_that_depend_on_it()
    {
        var input = await StartAsync(Parallel(
            Component("database", [], [Action("first"), Action("last")], outputs: ["id"]),
            Component("app", ["database"], [Action("make")], name: "{{ bundle.name }} {{ item.name }} on {{ components.database.outputs.id }}")));

        await WaitForAsync(input, RequestStatus.Completed);

        var components = await ComponentsAsync(input);
        Assert.True(JsonNode.DeepEquals(new JsonObject { ["id"] = "database/last" }, components[0].Outputs));
        Assert.Equal("Shop Item app on database/last by Item app", (string?)Executions(input)[^1].Config["body"]?["template"]?["note"]);
        Assert.Equal(("item-app", "2.1.0"), (components[1].CatalogItemId, components[1].CatalogItemVersion));
        Assert.Equal(["database"], components[1].DependsOn);
    }

    [Fact]
    public async Task The_bundle_and_its_items_name_fields_by_their_groups_too()
    {
        var config = new JsonObject { ["body"] = new JsonObject { ["template"] = new JsonObject { ["note"] = "{{ fields.main.name }}!" } } };
        var component = Component("app", [], [Action("make") with { Config = config }], name: "{{ fields.shop.name }}?");
        var input = await StartAsync(Sequential(component with { Item = component.Item with { Groups = Group("main") } }) with { Groups = Group("shop") });

        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal("shop?!", (string?)Executions(input)[^1].Config["body"]?["template"]?["note"]);
    }

    [Fact]
    public async Task A_component_whose_condition_does_not_hold_is_skipped_and_holds_up_nobody()
    {
        var input = await StartAsync(Sequential(
            Component("cache", [], [Action("make"), Action("warm")], condition: "{{ fields.name == 'other' }}"), Component("app", "cache")));

        var request = await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal(["app/make"], Calls(input));
        Assert.Equal("cache:skipped app:completed", await StatesAsync(input));
        Assert.Equal(new Progress(3, 3), request.Progress);
    }

    [Fact]
    public async Task The_log_says_which_component_a_line_is_about()
    {
        var input = await StartAsync(Sequential(Component("database")));
        await WaitForAsync(input, RequestStatus.Completed);

        var log = await _service.Requests.LogAsync(input.RequestId, 0, 50, Cancellation);

        Assert.Equal(
            [
                (null, null, "Submitted for bundle-shop-standard 1.0.0."), (null, null, "Started: 1 component(s), 1 action(s)."),
                ("database", null, "Component started."), ("database", "make", "Started (attempt 1)"),
                ("database", "make", "Done (attempt 1)"), ("database", null, "Component completed."), (null, null, "Completed."),
            ],
            log.Select(line => (line.ComponentId, line.ActionId, line.Message)));
    }

    [Fact]
    public async Task A_bundle_started_many_times_is_fulfilled_once()
    {
        var input = await SubmitAsync(Parallel(Component("database"), Component("app", "database")));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _service.Fulfilments.StartAsync(input, Cancellation)));
        await WaitForAsync(input, RequestStatus.Completed);
        await _service.Client.WaitForInstanceCompletionAsync(input.RequestId.ToString(), Cancellation);
        await _service.Fulfilments.StartAsync(input, Cancellation);

        Assert.Equal(["database/make", "app/make"], Calls(input));
    }
}
