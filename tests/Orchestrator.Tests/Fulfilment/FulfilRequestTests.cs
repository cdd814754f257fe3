using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.DurableTask.Client;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Tests.Fulfilment;

public sealed class FulfilRequestTests(RunningService service) : IClassFixture<RunningService>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Later => TimeProvider.System.GetUtcNow().AddMinutes(1);

    [Fact]
    public async Task Actions_run_after_those_they_depend_on()
    {
        var input = await service.SubmitAsync(Action("last", "first"), Action("first"));

        await service.Fulfilments.StartAsync(input, Cancellation);
        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);

        Assert.Equal(["first", "last"], Calls(input));
    }

    [Fact]
    public async Task Templates_name_fields_by_their_group_too_and_where_the_service_runs()
    {
        var config = new JsonObject { ["body"] = new JsonObject { ["template"] = new JsonObject { ["x"] = "{{ fields.site.name }}{{ fields.name }} {{ system.region }}" } } };
        var input = await service.SubmitAsync(
            new PinnedItem("item", "1.0.0", "digest", [], [Action("only") with { Config = config }])
            {
                Groups = new Dictionary<string, IReadOnlyList<string>> { ["site"] = ["name", "other"] },
            },
            new JsonObject { ["name"] = "a" });

        await service.Fulfilments.StartAsync(input, Cancellation);
        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);

        var sent = service.Script.Calls.Single(call => call.RequestId == input.RequestId).Config;
        Assert.Equal("aa local", (string?)sent["body"]?["template"]?["x"]);
    }

    [Fact]
    public async Task A_request_started_many_times_is_fulfilled_once()
    {
        var input = await service.SubmitAsync(Action("only"));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => service.Fulfilments.StartAsync(input, Cancellation)));
        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
        await service.Client.WaitForInstanceCompletionAsync(input.RequestId.ToString(), Cancellation);
        await service.Fulfilments.StartAsync(input, Cancellation);

        Assert.Equal(["only"], Calls(input));
        Assert.Equal(
            OrchestrationRuntimeStatus.Completed,
            (await service.Client.GetInstanceAsync(input.RequestId.ToString(), Cancellation))?.RuntimeStatus);
    }

    [Fact]
    public async Task The_sweeper_starts_what_was_stored_and_not_started()
    {
        var input = await service.SubmitAsync(Action("only"));

        await service.Sweeper.SweepAsync(Later, Cancellation);

        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
    }

    [Fact]
    public async Task A_request_that_the_hub_does_not_take_holds_up_no_other_in_the_sweeper()
    {
        await service.SubmitAsync(new PinnedItem("item", "1.0.0", "digest", [], [Action("only")]), new() { ["text"] = new string('<', 1024 * 1024) });
        var input = await service.SubmitAsync(Action("only"));

        await service.Sweeper.SweepAsync(Later, Cancellation);

        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
    }

    [Fact]
    public async Task The_sweeper_delivers_a_decision_that_was_stored_and_not_delivered()
    {
        var input = await StartFailingAsync(times: 1);
        await service.DecideAsync(input, DecisionKind.Retry);

        await service.Sweeper.SweepAsync(Later, Cancellation);

        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
        Assert.Equal(["only", "only"], Calls(input));
    }

    [Fact]
    public async Task A_decision_delivered_twice_is_heeded_once()
    {
        var input = await StartFailingAsync(times: 2);
        var decision = await service.DecideAsync(input, DecisionKind.Retry);

        await service.Fulfilments.DeliverAsync(decision, Cancellation);
        await service.Fulfilments.DeliverAsync(decision, Cancellation);
        await service.WaitForAsync(input, request => request.Status is RequestStatus.Failed && Calls(input).Count == 2);
        await service.Fulfilments.DeliverAsync(decision, Cancellation);

        var second = await service.DecideAsync(input, DecisionKind.Abort);
        await service.Fulfilments.DeliverAsync(second, Cancellation);
        await service.Client.WaitForInstanceCompletionAsync(input.RequestId.ToString(), Cancellation);

        Assert.Equal(2, Calls(input).Count);
        Assert.Equal((1, 2), (decision.Failure, second.Failure));
    }

    [Fact]
    public async Task A_retry_goes_out_under_the_key_of_the_first_try()
    {
        var input = await StartFailingAsync(times: 1);

        await service.Fulfilments.DeliverAsync(await service.DecideAsync(input, DecisionKind.Retry), Cancellation);
        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);

        Assert.Single(
            service.Script.Calls.Where(call => call.RequestId == input.RequestId).Select(call => call.IdempotencyKey).Distinct());
    }

    private async Task<FulfilmentInput> StartFailingAsync(int times)
    {
        var input = await service.SubmitAsync(Action("only"));
        service.Script.Fail(input.RequestId, "only", times);
        await service.Fulfilments.StartAsync(input, Cancellation);
        await service.WaitForAsync(input, request => request.Status is RequestStatus.Failed);
        return input;
    }

    private List<string> Calls(FulfilmentInput input) =>
        [.. service.Script.Calls.Where(call => call.RequestId == input.RequestId).Select(call => call.ActionId)];

    private static ActionDefinition Action(string id, params IReadOnlyList<string> dependsOn) =>
        new(id, null, "webhook", [], null, dependsOn, null, null, null);
}
