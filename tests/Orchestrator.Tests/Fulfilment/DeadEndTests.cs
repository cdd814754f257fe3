using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.DurableTask.Client;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Tests.Fulfilment;

/// <summary>What becomes of a request whose orchestration has ended in the hub without it.</summary>
public sealed class DeadEndTests(RunningService service) : IClassFixture<RunningService>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Later => TimeProvider.System.GetUtcNow().AddMinutes(1);

    [Fact]
    public async Task A_request_whose_orchestration_was_terminated_waits_for_a_person()
    {
        var input = await StartTerminatedAsync();

        await LookAsync();

        var request = await FindAsync(input);
        Assert.Equal((RequestStatus.Failed, "orchestration.terminated"), (request.Status, Code(request)));
        Assert.Contains(
            await service.Requests.LogAsync(input.RequestId, 0, 50, Cancellation),
            line => line.Level == "error" && line.Message.Contains("ended in the hub", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Retried_after_a_termination_it_keeps_what_is_done_and_sends_what_it_sent()
    {
        var input = await StartTerminatedAsync();
        await LookAsync();

        await DecideAsync(input, DecisionKind.Retry);
        await WaitForCallsAsync(input, 3);
        service.Script.Release(input.RequestId, "second");
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal(["first", "second", "second"], Calls(input));
        Assert.Single(CallsOf(input, "second").Select(call => (call.IdempotencyKey, call.Config.ToJsonString())).Distinct());
    }

    [Fact]
    public async Task Aborted_after_a_termination_it_is_over()
    {
        var input = await StartTerminatedAsync();
        await LookAsync();

        await DecideAsync(input, DecisionKind.Abort);

        await LookAsync();
        Assert.Equal(RequestStatus.Aborted, (await FindAsync(input)).Status);
        Assert.DoesNotContain(
            await service.Decisions.UndeliveredAsync(Later, 50, Cancellation), decision => decision.RequestId == input.RequestId);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, await HubStatusAsync(input));
    }

    [Fact]
    public async Task A_failed_orchestration_goes_on_from_its_history_when_it_is_retried()
    {
        service.Code = async (context, given) =>
        {
            await context.CallActivityAsync(BeginFulfilment.Name, given.RequestId, Retries.Store);
            throw new InvalidOperationException("A mistake in this version.");
        };
        var input = await StartDyingAsync(Action("only"));
        var stopped = await FindAsync(input);
        service.Code = new FulfilRequest().RunAsync;

        await DecideAsync(input, DecisionKind.Retry);
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal((RequestStatus.Failed, "orchestration.failed"), (stopped.Status, Code(stopped)));
        Assert.Contains("A mistake in this version.", stopped.Error?["message"]?.GetValue<string>(), StringComparison.Ordinal);
        var history = await service.Client.GetOrchestrationHistoryAsync(input.RequestId.ToString(), Cancellation);
        Assert.Contains(history, e => e.ExecutionRewound is not null);
    }

    [Fact]
    public async Task Stops_after_a_dead_end_wait_for_their_own_decisions()
    {
        service.Code = (_, _) => throw new InvalidOperationException("A mistake in this version.");
        var input = await StartDyingAsync(Action("only"));
        service.Code = new FulfilRequest().RunAsync;
        service.Script.Fail(input.RequestId, "only", times: 2);

        var first = await DecideAsync(input, DecisionKind.Retry);
        await WaitForAsync(input, RequestStatus.Failed);
        await service.Fulfilments.DeliverAsync(first, Cancellation);
        var second = await DecideAsync(input, DecisionKind.Retry);
        await service.WaitForAsync(input, request => request.Status is RequestStatus.Failed && Calls(input).Count == 2);
        await service.Fulfilments.DeliverAsync(second, Cancellation);
        var third = await DecideAsync(input, DecisionKind.Retry);
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal((1, 2, 3), (first.Failure, second.Failure, third.Failure));
        Assert.Equal(["only", "only", "only"], Calls(input));
    }

    [Fact]
    public async Task A_history_that_the_installed_code_does_not_follow_is_left_behind_by_a_retry()
    {
        service.Code = async (context, given) =>
        {
            await context.WaitForExternalEvent<string>("go");
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            await context.WaitForExternalEvent<string>("go");
            return await new FulfilRequest().RunAsync(context, given);
        };
        var input = await SubmitAsync(Action("only"));
        var id = input.RequestId.ToString();
        await service.Client.RaiseEventAsync(id, "go", "now", Cancellation);
        await service.Client.WaitForInstanceStartAsync(id, Cancellation);
        await WaitForTimerAsync(id);
        service.Code = new FulfilRequest().RunAsync;
        await service.RestartAsync();
        await service.Client.RaiseEventAsync(id, "go", "now", Cancellation);
        await service.Client.WaitForInstanceCompletionAsync(id, Cancellation);
        await LookAsync();
        var stopped = await FindAsync(input);

        await DecideAsync(input, DecisionKind.Retry);
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Contains("NonDeterministic", stopped.Error?["message"]?.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(["only"], Calls(input));
    }

    [Fact]
    public async Task A_decision_reaches_a_request_whose_orchestration_ended_while_it_waited()
    {
        var input = await SubmitAsync(("only", 1), Action("only"));
        await WaitForAsync(input, RequestStatus.Failed);
        await TerminateAsync(input);

        await LookAsync();
        Assert.Equal("test.refused", Code(await FindAsync(input)));
        await DecideAsync(input, DecisionKind.Retry);

        await WaitForAsync(input, RequestStatus.Completed);
    }

    [Fact]
    public async Task An_orchestration_that_the_hub_has_lost_is_run_anew()
    {
        var input = await StartTerminatedAsync();
        await service.Client.PurgeInstanceAsync(input.RequestId.ToString(), Cancellation);

        await LookAsync();
        await WaitForCallsAsync(input, 3);
        service.Script.Release(input.RequestId, "second");

        await WaitForAsync(input, RequestStatus.Completed);
        Assert.Equal(["first", "second", "second"], Calls(input));
    }

    [Fact]
    public async Task A_request_that_is_worked_on_for_long_is_left_alone()
    {
        var input = await StartHeldAsync();
        var before = await FindAsync(input);

        await LookAsync();
        await LookAsync();

        Assert.Equal(before.Version, (await FindAsync(input)).Version);
        service.Script.Release(input.RequestId, "second");
        await WaitForAsync(input, RequestStatus.Completed);
    }

    [Fact]
    public async Task Healthy_requests_do_not_hide_a_dead_one()
    {
        List<FulfilmentInput> healthy = [await StartHeldAsync(), await StartHeldAsync()];
        var input = await StartTerminatedAsync();

        for (var looks = 0; looks < 20; looks++)
            await service.Reconciliation.LookAsync(Later, 1, Cancellation);

        Assert.Equal(RequestStatus.Failed, (await FindAsync(input)).Status);
        foreach (var other in healthy)
            service.Script.Release(other.RequestId, "second");
    }

    private async Task<FulfilmentInput> StartTerminatedAsync()
    {
        var input = await StartHeldAsync();
        await TerminateAsync(input);
        return input;
    }

    /// <summary>A request whose first action is done and whose second one takes until it is released.</summary>
    private async Task<FulfilmentInput> StartHeldAsync()
    {
        var input = await service.SubmitAsync(
            Action("first"), Action("second", new JsonObject { ["payload"] = new JsonObject { ["nonce"] = "{{uuid()}}", ["b"] = 1, ["a"] = 2 } }));
        service.Script.Hold(input.RequestId, "second");
        await service.Fulfilments.StartAsync(input, Cancellation);
        await WaitForCallsAsync(input, 2);
        return input;
    }

    private async Task<FulfilmentInput> StartDyingAsync(params IReadOnlyList<ActionDefinition> actions)
    {
        var input = await service.SubmitAsync(actions);
        await service.Sweeper.SweepAsync(Later, Cancellation);
        await service.Client.WaitForInstanceCompletionAsync(input.RequestId.ToString(), Cancellation);
        await LookAsync();
        return input;
    }

    private Task<FulfilmentInput> SubmitAsync(params IReadOnlyList<ActionDefinition> actions) => SubmitAsync(("", 0), actions);

    private async Task<FulfilmentInput> SubmitAsync((string Action, int Times) failing, params IReadOnlyList<ActionDefinition> actions)
    {
        var input = await service.SubmitAsync(actions);
        service.Script.Fail(input.RequestId, failing.Action, failing.Times);
        await service.Sweeper.SweepAsync(Later, Cancellation);
        return input;
    }

    private async Task TerminateAsync(FulfilmentInput input)
    {
        await service.Client.TerminateInstanceAsync(input.RequestId.ToString(), Cancellation);
        await service.Client.WaitForInstanceCompletionAsync(input.RequestId.ToString(), Cancellation);
    }

    private async Task<Decision> DecideAsync(FulfilmentInput input, DecisionKind kind)
    {
        var decision = await service.DecideAsync(input, kind);
        await service.Fulfilments.DeliverAsync(decision, Cancellation);
        return decision;
    }

    private Task LookAsync() => service.Reconciliation.LookAsync(Later, 100, Cancellation);

    private async Task<Request> FindAsync(FulfilmentInput input) =>
        Assert.IsType<Request>(await service.Requests.FindAsync(input.RequestId, Visibility.Everything, Cancellation));

    private Task<Request> WaitForAsync(FulfilmentInput input, RequestStatus status) =>
        service.WaitForAsync(input, request => request.Status == status);

    private Task<Request> WaitForCallsAsync(FulfilmentInput input, int count) =>
        service.WaitForAsync(input, _ => Calls(input).Count == count);

    private async Task WaitForTimerAsync(string id)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!(await service.Client.GetOrchestrationHistoryAsync(id, Cancellation)).Any(e => e.TimerFired is not null))
            await timer.WaitForNextTickAsync(Cancellation);
    }

    private async Task<OrchestrationRuntimeStatus?> HubStatusAsync(FulfilmentInput input) =>
        (await service.Client.GetInstanceAsync(input.RequestId.ToString(), Cancellation))?.RuntimeStatus;

    private IEnumerable<Activities.ActionExecution> CallsOf(FulfilmentInput input, string action) =>
        service.Script.Calls.Where(call => call.RequestId == input.RequestId && call.ActionId == action);

    private List<string> Calls(FulfilmentInput input) =>
        [.. service.Script.Calls.Where(call => call.RequestId == input.RequestId).Select(call => call.ActionId)];

    private static string? Code(Request request) => request.Error?["code"]?.GetValue<string>();

    private static ActionDefinition Action(string id, JsonObject? config = null) =>
        new(id, null, "webhook", config ?? [], null, [], null, null, null);
}
