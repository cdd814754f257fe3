using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Tests.Fulfilment;
using Pao.Orchestrator.Tests.Histories;
using static Pao.Orchestrator.Tests.Bundles.TestBundle;

namespace Pao.Orchestrator.Tests.Bundles;

public sealed class SqliteBundleCorrectionTests(RunningService service) : BundleCorrectionTests(service), IClassFixture<RunningService>;

public sealed class PostgresBundleCorrectionTests(PostgresRunningService service)
    : BundleCorrectionTests(service), IClassFixture<PostgresRunningService>;

/// <summary>Corrections of a bundle's fields: which components begin again, and what of them is done anew.</summary>
public abstract class BundleCorrectionTests(RunningService service) : BundleRunTests(service)
{
    private static readonly Form TwoFields = new(
    [
        new FormGroup("main", "Main", null,
        [
            new FormField { Id = "name", Name = "Name", Type = FieldType.String, Required = true },
            new FormField { Id = "zone", Name = "Zone", Type = FieldType.String, Default = "here" },
        ]),
    ]);

    private readonly RunningService _service = service;

    [Fact]
    public async Task A_component_that_failed_begins_again_and_what_is_done_of_it_stays_done()
    {
        var make = Action("make") with { Config = Sends("fixed") };
        var input = await StartFailingWithFormAsync(
            Parallel(Component("dns", [], [Action("make")], name: "{{ fields.zone }}"), Component("database", [], [make, Action("grant")])), "database/grant");

        await CorrectAsync(input, """{"name": "web"}""");
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal(
            ["database/grant:0", "database/grant:1", "database/make:0", "dns/make:0"],
            Executions(input).Select(call => call.IdempotencyKey[37..]).Order());
        Assert.Equal("dns:completed database:completed", await StatesAsync(input));
        AssertOneBodyPerKey(input);
    }

    [Fact]
    public async Task A_component_that_is_done_is_done_anew_when_its_fields_change_and_so_is_what_uses_it()
    {
        var input = await StartFailingWithFormAsync(
            Parallel(
                Component("database"), Component("dns", [], [Action("make")], name: "{{ fields.zone }}"),
                Component("app", ["database"], [Action("make")], name: "{{ components.database.outputs.id }}"),
                Component("last", ["app", "dns"], [Action("make")], name: "{{ fields.zone }}")),
            "last/make");

        var preview = Assert.IsType<DecisionOutcome.Previewed>(await RetryAsync(input, """{"name": "web"}""", dryRun: true)).Preview;
        Assert.Equal(["database/make", "app/make"], preview.Redone.Select(action => action.Action));
        Assert.Equal(["dns/make"], preview.Kept.Select(action => action.Action));
        Assert.Equal(["last/make"], preview.GoesOnWith);
        await CorrectAsync(input, """{"name": "web"}""");
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal(
            ["app/make:0", "app/make:1", "database/make:0", "database/make:1", "dns/make:0", "last/make:0", "last/make:0"],
            Executions(input).Select(call => call.IdempotencyKey[37..]).Order());
        await Recording.KeepAsync(_service, "bundle-corrected", input.RequestId.ToString());
        Assert.Equal("web", (string?)(await _service.Requests.FindAsync(input.RequestId, Visibility.Everything, Cancellation))?.Fields["name"]);
        AssertOneBodyPerKey(input);
    }

    private static JsonObject Sends(string text) => new() { ["body"] = new JsonObject { ["template"] = new JsonObject { ["note"] = text } } };

    private async Task<FulfilmentInput> StartFailingWithFormAsync(PinnedItem bundle, string failing)
    {
        var input = await _service.SubmitAsync(bundle, new JsonObject { ["name"] = "shop", ["zone"] = "here" }, TwoFields);
        _service.Script.Fail(input.RequestId, failing, times: 1);
        await _service.Fulfilments.StartAsync(input, Cancellation);
        await WaitForAsync(input, RequestStatus.Failed);
        return input;
    }

    private Task<DecisionOutcome> RetryAsync(FulfilmentInput input, string fields, bool dryRun) => _service.Corrections.RetryAsync(
        input.RequestId, Visibility.Everything, Origin.Of("ada"), null, new RetryChanges(JsonNode.Parse(fields)!.AsObject(), null), dryRun, Cancellation);

    private async Task CorrectAsync(FulfilmentInput input, string fields) => await _service.Fulfilments.DeliverAsync(
        Assert.IsType<DecisionOutcome.Taken>(await RetryAsync(input, fields, dryRun: false)).Decision, Cancellation);
}
