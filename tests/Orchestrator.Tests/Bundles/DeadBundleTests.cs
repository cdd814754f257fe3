using Pao.DurableTask.Client;
using Pao.Orchestrator.Bundles;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Tests.Fulfilment;
using static Pao.Orchestrator.Tests.Bundles.TestBundle;

namespace Pao.Orchestrator.Tests.Bundles;

/// <summary>What becomes of a bundle when orchestrations of it have ended in the hub without it.</summary>
public sealed class DeadBundleTests(RunningService service) : BundleRunTests(service), IClassFixture<RunningService>
{
    private static DateTimeOffset Later => TimeProvider.System.GetUtcNow().AddMinutes(1);

    private readonly RunningService _service = service;

    [Fact]
    public async Task When_the_bundles_orchestration_is_ended_its_components_end_with_it()
    {
        var input = await StartHeldAsync();
        await TerminateAsync($"{input.RequestId}");

        await _service.Reconciliation.LookAsync(Later, 100, Cancellation);

        Assert.Equal("orchestration.terminated", (string?)(await WaitForAsync(input, RequestStatus.Failed)).Error?["code"]);
        Assert.Equal("database:completed left:failed right:failed app:blocked", await StatesAsync(input));
        foreach (var component in new[] { "left", "right" })
        {
            var ended = await _service.Client.WaitForInstanceCompletionAsync($"{input.RequestId}:{component}", Cancellation);
            Assert.Equal(OrchestrationRuntimeStatus.Terminated, ended.RuntimeStatus);
        }
    }

    [Fact]
    public async Task Retried_it_is_run_anew_and_keeps_what_is_done()
    {
        var input = await StartHeldAsync();
        await TerminateAsync($"{input.RequestId}");
        await _service.Reconciliation.LookAsync(Later, 100, Cancellation);
        await WaitForAsync(input, RequestStatus.Failed);

        await DecideAsync(input, DecisionKind.Retry);
        Release(input);
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal(["database/make", "app/make"], Calls(input).Where(path => path is "database/make" or "app/make"));
        AssertOneBodyPerKey(input);
        Assert.Equal("database:completed left:completed right:completed app:completed", await StatesAsync(input));
    }

    [Fact]
    public async Task A_retry_ends_what_the_ended_orchestration_left_at_work()
    {
        var input = await StartHeldAsync();
        await TerminateAsync($"{input.RequestId}");
        var stop = new Stoppage(input.RequestId, Guid.NewGuid(), ActionId: null, "orchestration.terminated", "It was ended.");
        Assert.True(await _service.Progress.StrandAsync(stop, failures: 0, Cancellation)); // and the process died here
        Assert.Equal(OrchestrationRuntimeStatus.Running, await HubStatusAsync($"{input.RequestId}:left"));

        await DecideAsync(input, DecisionKind.Retry);
        Release(input);
        await WaitForAsync(input, RequestStatus.Completed);

        AssertOneBodyPerKey(input);
    }

    [Fact]
    public async Task A_component_whose_orchestration_is_ended_has_failed_and_is_begun_anew_by_a_retry()
    {
        var input = await StartHeldAsync();
        await TerminateAsync($"{input.RequestId}:left");
        _service.Script.Release(input.RequestId, "right/make");

        var request = await WaitForAsync(input, RequestStatus.Failed);
        Assert.Equal("orchestration.failed", (string?)request.Error?["components"]?[0]?["code"]);
        Assert.Equal("database:completed left:failed right:completed app:blocked", await StatesAsync(input));

        await DecideAsync(input, DecisionKind.Retry);
        _service.Script.Release(input.RequestId, "left/make");
        await WaitForAsync(input, RequestStatus.Completed);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, await HubStatusAsync($"{input.RequestId}:left:2"));
    }

    [Fact]
    public async Task A_component_that_was_ended_while_it_waited_is_begun_anew_by_a_retry()
    {
        var input = await StartFailingAsync(Parallel(Component("database"), Component("app", "database")), "database/make");
        await TerminateAsync($"{input.RequestId}:database");

        await DecideAsync(input, DecisionKind.Retry);
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal(["database/make", "database/make", "app/make"], Calls(input));
    }

    [Fact]
    public async Task Given_up_after_its_orchestration_was_ended_nothing_of_it_waits_on()
    {
        var input = await StartFailingAsync(Parallel(Component("database"), Component("app", "database")), "database/make");
        await TerminateAsync($"{input.RequestId}");
        Assert.Equal(OrchestrationRuntimeStatus.Running, await HubStatusAsync($"{input.RequestId}:database"));

        await DecideAsync(input, DecisionKind.Abort);

        var ended = await _service.Client.WaitForInstanceCompletionAsync($"{input.RequestId}:database", Cancellation);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, ended.RuntimeStatus);
        Assert.Equal(RequestStatus.Aborted, (await WaitForAsync(input, RequestStatus.Aborted)).Status);
    }

    [Fact]
    public async Task A_bundle_whose_orchestration_is_lost_is_run_anew()
    {
        var input = await StartHeldAsync();
        await _service.Client.TerminateInstanceAsync($"{input.RequestId}", new TerminateInstanceOptions("lost", Recursive: true), Cancellation);
        foreach (var id in new[] { "", ":left", ":right" })
            await _service.Client.WaitForInstanceCompletionAsync($"{input.RequestId}{id}", Cancellation);
        await _service.Client.PurgeInstanceAsync($"{input.RequestId}", new PurgeInstanceOptions(Recursive: true), Cancellation);

        await _service.Reconciliation.LookAsync(Later, 100, Cancellation);
        Release(input);
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Single(Calls(input), "database/make");
        AssertOneBodyPerKey(input);
    }

    [Fact]
    public async Task An_orchestration_that_goes_on_although_its_request_stands_calls_nobody()
    {
        var input = await StartHeldAsync();
        await TerminateAsync($"{input.RequestId}");
        var stop = new Stoppage(input.RequestId, Guid.NewGuid(), ActionId: null, "orchestration.terminated", "It was ended.");
        Assert.True(await _service.Progress.StrandAsync(stop, failures: 0, Cancellation));

        Release(input);

        // left has a second action: its orchestration, which nobody has ended yet, tries to carry it out.
        await RunningService.WaitUntilAsync(
            async () => (await _service.Client.GetOrchestrationHistoryAsync($"{input.RequestId}:left", Cancellation))
                .Any(e => e.TaskScheduled?.Name == FailComponent.Name),
            "it fails");
        Assert.DoesNotContain("left/check", Calls(input));
    }

    /// <summary>The database is done, two components are held in their first action, and one waits for them.</summary>
    private async Task<FulfilmentInput> StartHeldAsync()
    {
        var input = await SubmitAsync(Parallel(
            Component("database"),
            Component("left", ["database"], [Action("make"), Action("check")]),
            Component("right", "database"),
            Component("app", "left", "right")));
        _service.Script.Hold(input.RequestId, "left/make");
        _service.Script.Hold(input.RequestId, "right/make");
        await _service.Fulfilments.StartAsync(input, Cancellation);
        await WaitForCallsAsync(input, 3);
        return input;
    }

    private void Release(FulfilmentInput input)
    {
        _service.Script.Release(input.RequestId, "left/make");
        _service.Script.Release(input.RequestId, "right/make");
    }

    private async Task TerminateAsync(string id)
    {
        await _service.Client.TerminateInstanceAsync(id, Cancellation);
        await _service.Client.WaitForInstanceCompletionAsync(id, Cancellation);
    }

    private async Task<OrchestrationRuntimeStatus?> HubStatusAsync(string id) =>
        (await _service.Client.GetInstanceAsync(id, Cancellation))?.RuntimeStatus;
}
