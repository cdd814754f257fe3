using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;
using static Pao.TaskHub.Tests.Grpc.ServedHubs;

namespace Pao.TaskHub.Tests.Grpc;

/// <summary>Who may do what on a hub that is served to other processes.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    private ServedHubs? _hubs;
    private TaskHubSidecarService.TaskHubSidecarServiceClient? _client;

    private static CancellationToken Cancellation => HubFixture.Cancellation;

    private TaskHubSidecarService.TaskHubSidecarServiceClient Client => _client ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        _hubs = await ServedHubs.StartAsync(server => server.MaxMessageBytes = 64 * 1024);
        _client = await _hubs.ClientAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_hubs is not null)
            await _hubs.DisposeAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ActivityToken)]
    public async Task Without_the_hubs_token_nobody_touches_its_orchestrations(string? token)
    {
        var caller = As(token);
        await RefusedAsync(StatusCode.PermissionDenied, StartAsync("mine", caller));
        await RefusedAsync(StatusCode.PermissionDenied, Client.GetInstanceAsync(new() { InstanceId = "x" }, caller, cancellationToken: Cancellation).ResponseAsync);
        await RefusedAsync(StatusCode.PermissionDenied, Client.RaiseEventAsync(new() { InstanceId = "x", Name = "e" }, caller, cancellationToken: Cancellation).ResponseAsync);
        await RefusedAsync(StatusCode.PermissionDenied, Client.QueryInstancesAsync(new() { Query = new() }, caller, cancellationToken: Cancellation).ResponseAsync);
        await RefusedAsync(StatusCode.PermissionDenied, Client.CompleteOrchestratorTaskAsync(new(), caller, cancellationToken: Cancellation).ResponseAsync);
        await RefusedAsync(StatusCode.PermissionDenied, WorkAsync(new() { Orchestrations = { new OrchestrationFilter { Name = "any" } } }, caller));
        await RefusedAsync(StatusCode.PermissionDenied, WorkAsync(new() { Activities = { new ActivityFilter { Name = "ofthehost" } } }, caller));
    }

    [Fact]
    public async Task Without_a_token_a_worker_runs_activities_but_never_those_of_the_host()
    {
        await StartAsync("calls", As(Token));
        using var host = Work(null, As(Token, worker: "host"));
        var turn = await NextAsync(host, item => item.OrchestratorRequest is not null);
        await Client.CompleteOrchestratorTaskAsync(
            new()
            {
                InstanceId = "calls",
                CompletionToken = turn.CompletionToken,
                Actions = { Actions.Task(0, "OfTheHost"), Actions.Task(1, "Free") },
            },
            As(Token, worker: "host"),
            cancellationToken: Cancellation);
        var own = await NextAsync(host, item => item.ActivityRequest?.Name == "OfTheHost");

        // Both are out; the host's worker ends without an answer, so that both are for whoever comes next.
        host.Dispose();
        using var guest = Work(null, As(token: null, worker: "guest"));
        var free = await NextAsync(guest, item => item.ActivityRequest is not null);

        Assert.Equal("Free", free.ActivityRequest.Name);
        await RefusedAsync(StatusCode.NotFound, CompleteAsync(own, As(token: null, worker: "guest")));
        await CompleteAsync(free, As(token: null, worker: "guest"));
    }

    [Theory]
    [InlineData("a-token-of-nobody-with-enough-letters")]
    [InlineData(OtherToken)]
    public async Task A_wrong_token_is_worse_than_none(string token) =>
        await RefusedAsync(StatusCode.Unauthenticated, WorkAsync(new() { Activities = { new ActivityFilter { Name = "Free" } } }, As(token)));

    [Fact]
    public async Task An_unknown_hub_is_not_found() => await RefusedAsync(StatusCode.NotFound, StartAsync("x", As(Token, "nowhere")));

    [Fact]
    public async Task A_completion_token_is_of_use_to_the_worker_that_it_was_given_to_and_no_other()
    {
        await StartAsync("bound", As(Token));
        using var worker = Work(null, As(Token, worker: "one"));
        var turn = await NextAsync(worker, item => item.OrchestratorRequest is not null);
        var answer = new OrchestratorResponse { InstanceId = "bound", CompletionToken = turn.CompletionToken, Actions = { Actions.Complete(0, "1") } };

        await RefusedAsync(StatusCode.NotFound, CompleteAsync(answer, As(Token, worker: "two")));
        await RefusedAsync(StatusCode.NotFound, CompleteAsync(answer, As(OtherToken, "other", "one")));
        await CompleteAsync(answer, As(Token, worker: "one"));

        var end = await Client.WaitForInstanceCompletionAsync(
            new() { InstanceId = "bound", GetInputsAndOutputs = true }, As(Token), cancellationToken: Cancellation);
        Assert.Equal("1", end.OrchestrationState.Output);
    }

    [Fact]
    public async Task Two_hubs_may_have_an_instance_of_the_same_id()
    {
        await StartAsync("same", As(Token), "1");
        await StartAsync("same", As(OtherToken, "other"), "2");

        Assert.Equal("1", await InputAsync(As(Token)));
        Assert.Equal("2", await InputAsync(As(OtherToken, "other")));

        async Task<string> InputAsync(Metadata caller) => (await Client.GetInstanceAsync(
            new() { InstanceId = "same", GetInputsAndOutputs = true }, caller, cancellationToken: Cancellation)).OrchestrationState.Input;
    }

    [Fact]
    public async Task A_message_above_the_bound_is_refused() =>
        await RefusedAsync(StatusCode.ResourceExhausted, StartAsync("large", As(Token), new string('x', 65 * 1024)));

    private static async Task RefusedAsync(StatusCode code, Task call) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode);

    private Task<CreateInstanceResponse> StartAsync(string id, Metadata caller, string? input = null) =>
        Client.StartInstanceAsync(new() { InstanceId = id, Name = "Any", Input = input }, caller, cancellationToken: Cancellation).ResponseAsync;

    private Task<CompleteTaskResponse> CompleteAsync(OrchestratorResponse answer, Metadata caller) =>
        Client.CompleteOrchestratorTaskAsync(answer, caller, cancellationToken: Cancellation).ResponseAsync;

    private Task<CompleteTaskResponse> CompleteAsync(WorkItem activity, Metadata caller) => Client.CompleteActivityTaskAsync(
        new()
        {
            InstanceId = activity.ActivityRequest.OrchestrationInstance.InstanceId,
            TaskId = activity.ActivityRequest.TaskId,
            CompletionToken = activity.CompletionToken,
        },
        caller,
        cancellationToken: Cancellation).ResponseAsync;

    private AsyncServerStreamingCall<WorkItem> Work(WorkItemFilters? filters, Metadata caller) => Client.GetWorkItems(
        new() { MaxConcurrentOrchestrationWorkItems = 10, MaxConcurrentActivityWorkItems = 10, WorkItemFilters = filters },
        caller,
        cancellationToken: Cancellation);

    private async Task WorkAsync(WorkItemFilters filters, Metadata caller)
    {
        using var stream = Work(filters, caller);
        await stream.ResponseStream.MoveNext(Cancellation);
    }

    private static async Task<WorkItem> NextAsync(AsyncServerStreamingCall<WorkItem> stream, Func<WorkItem, bool> wanted)
    {
        while (await stream.ResponseStream.MoveNext(Cancellation))
            if (wanted(stream.ResponseStream.Current))
                return stream.ResponseStream.Current;
        throw new InvalidOperationException("The stream ended.");
    }
}
