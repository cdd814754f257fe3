using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Conformance;

public abstract partial class HubConformance
{
    [Fact]
    public async Task A_workflow_of_three_activities_runs_and_leaves_its_history()
    {
        await using var worker = Worker().Orchestrator("three", turn => Steps(turn, 3)).Start();

        var id = await StartAsync("three", "\"in\"");
        var end = await EndOfAsync(id);

        Assert.Equal(OrchestrationStatus.Completed, end.OrchestrationStatus);
        Assert.Equal("\"3 steps\"", end.Output);
        Assert.Equal("\"in\"", end.Input);
        Assert.NotNull(end.CompletedTimestamp);
        Assert.Equal(
            [
                "OrchestratorStarted", "ExecutionStarted", "TaskScheduled", "OrchestratorCompleted",
                "OrchestratorStarted", "TaskCompleted", "TaskScheduled", "OrchestratorCompleted",
                "OrchestratorStarted", "TaskCompleted", "TaskScheduled", "OrchestratorCompleted",
                "OrchestratorStarted", "TaskCompleted", "ExecutionCompleted", "OrchestratorCompleted",
            ],
            Kinds(await HistoryOfAsync(id)));
    }

    [Fact]
    public async Task An_instance_without_a_worker_is_pending_and_durable()
    {
        var id = await StartAsync("nobody");

        var state = await StateOfAsync(id);

        Assert.NotEmpty(id);
        Assert.Equal(OrchestrationStatus.Pending, state?.OrchestrationStatus);
        Assert.NotNull(state?.CreatedTimestamp);
        Assert.Null(state.CompletedTimestamp);
        Assert.NotNull(await Hub.Node.Store.GetAsync(id, Cancellation));
    }

    [Fact]
    public async Task The_first_turn_shows_its_start_and_nothing_past()
    {
        Turn? first = null;
        await using var worker = Worker().Orchestrator("one", turn =>
        {
            first = turn;
            return [Actions.Complete(0)];
        }).Start();

        await EndOfAsync(await StartAsync("one"));

        Assert.NotNull(first);
        Assert.Empty(first.Request.PastEvents);
        Assert.Equal(["OrchestratorStarted", "ExecutionStarted"], Kinds(first.New));
        Assert.All(first.New, e => Assert.NotNull(e.Timestamp));
        Assert.Equal(first.Request.ExecutionId, first.Started.OrchestrationInstance.ExecutionId);
    }

    [Fact]
    public async Task An_unknown_instance_does_not_exist_and_is_no_error()
    {
        var response = await Hub.GetInstanceAsync(new GetInstanceRequest { InstanceId = "nowhere" }, Cancellation);

        Assert.False(response.Exists);
    }

    [Fact]
    public async Task An_id_in_use_is_refused_and_that_of_an_ended_instance_is_taken_over()
    {
        await using var worker = Worker().Orchestrator("wait", turn => turn.Events.Count > 0 ? [Actions.Complete(0, turn.Input)] : []).Start();
        await StartAsync("wait", "1", "same");

        var refused = await Assert.ThrowsAsync<RpcException>(() => StartAsync("wait", "2", "same"));
        await Hub.RaiseEventAsync(new RaiseEventRequest { InstanceId = "same", Name = "go" }, Cancellation);
        var first = await EndOfAsync("same");
        await StartAsync("wait", "3", "same");
        await Hub.RaiseEventAsync(new RaiseEventRequest { InstanceId = "same", Name = "go" }, Cancellation);
        await Eventually.TrueAsync(async () => (await EndOfAsync("same")).Output == "3", "the second run ends");

        Assert.Equal(StatusCode.AlreadyExists, refused.StatusCode);
        Assert.Equal("1", first.Output);
        Assert.Single(await HistoryOfAsync("same"), e => e.ExecutionStarted is not null);
    }

    [Fact]
    public async Task A_policy_without_statuses_replaces_nothing()
    {
        await using var worker = Worker().Orchestrator("one", _ => [Actions.Complete(0)]).Start();
        await EndOfAsync(await StartAsync("one", id: "kept"));

        var e = await Assert.ThrowsAsync<RpcException>(() => Hub.StartInstanceAsync(
            new CreateInstanceRequest { Name = "one", InstanceId = "kept", OrchestrationIdReusePolicy = new OrchestrationIdReusePolicy() },
            Cancellation));

        Assert.Equal(StatusCode.AlreadyExists, e.StatusCode);
    }

    [Fact]
    public async Task A_running_instance_is_replaced_when_the_policy_allows_it()
    {
        await using var worker = Worker()
            .Orchestrator("wait", _ => [])
            .Orchestrator("one", _ => [Actions.Complete(0, "\"new\"")]).Start();
        await StartAsync("wait", id: "busy");
        await UntilAsync("busy", OrchestrationStatus.Running);
        var policy = new OrchestrationIdReusePolicy();
        policy.ReplaceableStatus.Add([OrchestrationStatus.Running]);
        var request = new CreateInstanceRequest { Name = "one", InstanceId = "busy", OrchestrationIdReusePolicy = policy };

        var refused = await Assert.ThrowsAsync<RpcException>(() => Hub.StartInstanceAsync(request, Cancellation));
        policy.ReplaceableStatus.Add(OrchestrationStatus.Terminated);
        await Hub.StartInstanceAsync(request, Cancellation);
        await Eventually.TrueAsync(async () => (await EndOfAsync("busy")).Output == "\"new\"", "the new instance ends");

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task A_hundred_starts_with_one_id_make_one_instance()
    {
        await using var worker = Worker().Orchestrator("wait", _ => []).Start();

        var starts = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            try
            {
                await StartAsync("wait", $"{i}", "one");
                return true;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists)
            {
                return false;
            }
        }));

        Assert.Single(starts, started => started);
    }

    [Fact]
    public async Task A_start_time_in_the_past_means_now_and_one_in_the_future_waits()
    {
        await using var worker = Worker().Orchestrator("one", _ => [Actions.Complete(0)]).Start();
        await Hub.StartInstanceAsync(
            new CreateInstanceRequest { Name = "one", InstanceId = "past", ScheduledStartTimestamp = new Timestamp() }, Cancellation);
        var at = TimeProvider.System.GetUtcNow().AddSeconds(4);
        await Hub.StartInstanceAsync(
            new CreateInstanceRequest { Name = "one", InstanceId = "future", ScheduledStartTimestamp = at.ToTimestamp() }, Cancellation);

        var pending = await StateOfAsync("future");
        await EndOfAsync("past");
        await EndOfAsync("future");

        Assert.Equal(OrchestrationStatus.Pending, pending?.OrchestrationStatus);
        var started = (await HistoryOfAsync("future"))[0].Timestamp.ToDateTimeOffset();
        Assert.True(started >= at.AddMilliseconds(-1), $"started at {started:O}, asked for {at:O}");
    }

    [Fact]
    public async Task A_failure_keeps_its_details_to_the_innermost()
    {
        await using var worker = Worker().Orchestrator("bad", _ => [Actions.Fail(0, "it broke")]).Start();

        var end = await EndOfAsync(await StartAsync("bad"));

        Assert.Equal(OrchestrationStatus.Failed, end.OrchestrationStatus);
        Assert.Equal("it broke", end.FailureDetails.ErrorMessage);
        Assert.Equal("why", end.FailureDetails.InnerFailure.ErrorMessage);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    public async Task Payloads_come_back_as_they_went(string? payload)
    {
        string? seen = "never";
        await using var worker = Worker()
            .Activity("keep", request =>
            {
                seen = request.Input;
                return request.Input;
            })
            .Orchestrator("pass", turn =>
            {
                turn.CustomStatus = turn.Input;
                return turn.Completed == 0
                    ? [Actions.Task(0, "keep", turn.Input)]
                    : [Actions.Complete(1, turn.All.First(e => e.TaskCompleted is not null).TaskCompleted.Result)];
            }).Start();

        var end = await EndOfAsync(await StartAsync("pass", payload));

        Assert.Equal(payload, seen);
        Assert.Equal(payload, end.Input);
        Assert.Equal(payload, end.Output);
        Assert.Equal(payload, end.CustomStatus);
    }

    [Fact]
    public async Task Waiting_for_the_start_ends_with_the_first_commit()
    {
        await using var worker = Worker().Orchestrator("wait", _ => []).Start();
        var waiting = Hub.WaitForInstanceStartAsync(new GetInstanceRequest { InstanceId = "later" }, Cancellation);
        Assert.False(waiting.IsCompleted);

        await StartAsync("wait", id: "later");

        var state = (await waiting.WaitAsync(TimeSpan.FromSeconds(10), Cancellation)).OrchestrationState;
        Assert.Equal(OrchestrationStatus.Running, state.OrchestrationStatus);
    }

    [Fact]
    public async Task Tags_of_the_start_are_in_the_state()
    {
        var request = new CreateInstanceRequest { Name = "x", InstanceId = "tagged" };
        request.Tags.Add("team", "blue");

        await Hub.StartInstanceAsync(request, Cancellation);

        Assert.Equal("blue", (await StateOfAsync("tagged"))?.Tags["team"]);
    }
}
