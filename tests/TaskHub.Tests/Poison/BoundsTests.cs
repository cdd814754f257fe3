using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Poison;

/// <summary>What is too large is refused or fails with a message that names the limit, and hurts nobody else.</summary>
public sealed class BoundsTests
{
    private const int Limit = 2 * 1024 * 1024;

    private static readonly string Large = new('x', Limit);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_mebibyte_passes_and_more_than_the_limit_is_refused_to_clients(string store)
    {
        await using var fixture = HubFixture.On(store);
        var hub = await fixture.StartAsync(options => options.MaxPayloadBytes = Limit);
        var mebibyte = new string('m', 1024 * 1024);
        await using var worker = new ScriptedWorker(hub)
            .Orchestrator("echo", turn => turn.Completed == 1 ? [Actions.Complete(1, turn.Input)] : [Actions.Task(0, "echo", turn.Input)])
            .Start();

        await hub.BeginAsync("echo", "x", mebibyte);
        Func<Task>[] refused =
        [
            () => hub.BeginAsync("echo", "y", Large),
            () => hub.RaiseAsync("x", "go", Large),
            () => hub.TerminateInstanceAsync(new TerminateRequest { InstanceId = "x", Output = Large }, Cancellation),
            () => hub.PurgeInstancesAsync(
                new PurgeInstancesRequest { InstanceBatch = new InstanceBatch { InstanceIds = { Enumerable.Range(0, 501).Select(i => $"{i}") } } },
                Cancellation),
        ];

        foreach (var call in refused)
        {
            var e = await Assert.ThrowsAsync<RpcException>(call);
            Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
            Assert.Matches($"at most ({Limit}|500)", e.Status.Detail);
        }

        Assert.Equal(mebibyte, (await hub.EndAsync("x")).Output);
        Assert.Null(await hub.StateAsync("y"));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_result_that_is_too_large_fails_its_activity_and_a_decision_its_instance(string store)
    {
        await using var fixture = HubFixture.On(store);
        var hub = await fixture.StartAsync(options => options.MaxPayloadBytes = Limit);
        await using var worker = new ScriptedWorker(hub)
            .Orchestrator("asks", turn => turn.All.LastOrDefault(e => e.TaskFailed is not null)?.TaskFailed is { } failed
                ? [Actions.Complete(1, failed.FailureDetails.ErrorType)]
                : [Actions.Task(0, "large")])
            .Orchestrator("gives", _ => [Actions.Task(0, "echo", Large)])
            .Activity("large", _ => Large)
            .Start();

        await hub.BeginAsync("asks", "a");
        await hub.BeginAsync("gives", "b");

        Assert.Equal("PayloadTooLarge", (await hub.EndAsync("a")).Output);
        var end = await hub.EndAsync("b");
        Assert.Equal(OrchestrationStatus.Failed, end.OrchestrationStatus);
        Assert.Equal("PayloadTooLarge", end.FailureDetails.ErrorType);
        Assert.Empty(worker.Refused);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_history_that_grows_too_large_ends_its_instance_and_one_that_continues_as_new_goes_on(string store)
    {
        await using var fixture = HubFixture.On(store);
        var hub = await fixture.StartAsync(options => options.MaxHistoryEvents = 100);
        await using var worker = new ScriptedWorker(hub)
            .Orchestrator("grows", turn => [Actions.Task(turn.Completed, "echo")])
            .Orchestrator("renews", turn => turn.Input == "9"
                ? [Actions.Complete(0, "9")]
                : turn.Completed < 10 ? [Actions.Task(turn.Completed, "echo")] : [Actions.ContinueAsNew(10, $"{int.Parse(turn.Input ?? "0", null) + 1}")])
            .Start();

        await hub.BeginAsync("grows", "a");
        await hub.BeginAsync("renews", "b", "0");

        var end = await hub.EndAsync("a");
        Assert.Equal(OrchestrationStatus.Failed, end.OrchestrationStatus);
        Assert.Equal("HistoryTooLarge", end.FailureDetails.ErrorType);
        Assert.Contains("at most 100 events", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("9", (await hub.EndAsync("b")).Output);
    }
}
