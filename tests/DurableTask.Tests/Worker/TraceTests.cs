using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Pao.DurableTask.Client;
using Pao.DurableTask.Protocol;
using Pao.DurableTask.Tests.Scripted;
using Pao.DurableTask.Worker;

namespace Pao.DurableTask.Tests.Worker;

public sealed class TraceTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;
    private readonly ActivityContext _caller = new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, "vendor=1");

    public TraceTests()
    {
        // Tests beside this one make spans, too: those are of other traces.
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Pao.DurableTask",
            Sample = (ref ActivityCreationOptions<ActivityContext> asked) =>
                asked.Parent.TraceId == _caller.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private IReadOnlyList<Activity> Ended => [.. _ended.Where(span => span.TraceId == _caller.TraceId)];

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_orchestration_is_one_span_with_its_turns_activities_and_children_below_it(bool keepsOrchestrators)
    {
        await using var host = await StartAsync(new ScriptedHub { OffersSessions = keepsOrchestrators });

        await RunAsync(host);

        var parent = Assert.Single(Ended, span => span.OperationName == "orchestration:Parent");
        Assert.Equal((_caller.SpanId, "vendor=1"), (parent.ParentSpanId, parent.TraceStateString));
        Assert.Equal(Events.Start, parent.StartTimeUtc);
        var child = Assert.Single(Ended, span => span.OperationName == "orchestration:Child");
        Assert.Equal(parent.SpanId, child.ParentSpanId);
        Assert.Equal(
            [("activity:Say", parent.SpanId), ("activity:Say", parent.SpanId), ("activity:Say", child.SpanId)],
            Ended.Where(span => span.OperationName == "activity:Say").Select(span => (span.OperationName, span.ParentSpanId)).OrderBy(span => span.ParentSpanId == child.SpanId));
        Assert.Equal(4, Ended.Count(span => span.OperationName == "turn:Parent" && span.ParentSpanId == parent.SpanId));
        Assert.Equal(Ended.Count, Ended.Select(span => span.SpanId).Distinct().Count());
    }

    [Fact]
    public async Task Replaying_a_turn_that_the_hub_did_not_take_ends_the_orchestration_once()
    {
        var refused = false;
        var hub = new ScriptedHub
        {
            RefuseTurn = turn => turn == 4 && !refused && (refused = true) ? new RpcException(new Status(StatusCode.NotFound, "")) : null,
        };
        await using var host = await StartAsync(hub);

        await RunAsync(host);

        Assert.True(refused);
        Assert.Single(Ended, span => span.OperationName == "orchestration:Parent");
        Assert.Equal(3, Ended.Count(span => span.OperationName == "activity:Say"));
    }

    [Fact]
    public void A_run_that_is_repeated_has_the_id_of_the_first_and_another_task_another()
    {
        using var first = Traces.StartRun(Request(3));
        using var second = Traces.StartRun(Request(3));
        using var other = Traces.StartRun(Request(4));

        Assert.Equal((_caller.TraceId, _caller.SpanId, true), (first?.TraceId, first?.ParentSpanId, first?.Recorded));
        Assert.Equal(first?.SpanId, second?.SpanId);
        Assert.NotEqual(first?.SpanId, other?.SpanId);
        Assert.Equal($"00-{_caller.TraceId}-{first?.SpanId}-01", first?.Id);
    }

    [Fact]
    public void What_nobody_records_is_still_named_by_its_id()
    {
        var recorded = Traces.StartRun(Request(3))?.SpanId;
        _listener.Dispose();

        using var span = Traces.StartRun(Request(3));

        Assert.Equal((_caller.TraceId, recorded), (span?.TraceId, span?.SpanId));
        Assert.Equal("vendor=1", span?.TraceStateString);
        Assert.Empty(span?.Tags ?? []);
    }

    [Fact]
    public void Outside_of_any_trace_there_is_none()
    {
        Assert.Null(Traces.From((Activity?)null));
        Assert.Null(Traces.OfExecution(Events.Started("Parent").ExecutionStarted));
        _listener.Dispose();
        Assert.Null(Traces.StartRun(new ActivityRequest { Name = "Say", OrchestrationInstance = new() { InstanceId = "i" } }));
    }

    private static Task<TestHost> StartAsync(ScriptedHub hub) => TestHost.StartAsync(hub, worker => worker.AddTasks(tasks => tasks
        .AddOrchestratorFunc("Parent", async context =>
        {
            await context.CallActivityAsync<string>("Say", "one");
            await context.CallSubOrchestratorAsync<string>("Child");
            return await context.CallActivityAsync<string>("Say", "two");
        })
        .AddOrchestratorFunc("Child", context => context.CallActivityAsync<string>("Say", "three"))
        .AddActivityFunc<string, string>("Say", (_, text) => text)));

    private async Task RunAsync(TestHost host)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Parent", null, new StartOrchestrationOptions("traced").WithParentTrace(_caller), cancellation);
        var end = await host.Client.WaitForInstanceCompletionAsync("traced", true, cancellation);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);

        // The hub tells of the end before the worker has heard that its last turn is taken.
        await host.StopAsync(cancellation);
    }

    private ActivityRequest Request(int taskId) => new()
    {
        Name = "Greet",
        TaskId = taskId,
        ParentTraceContext = Traces.From(_caller),
        OrchestrationInstance = new() { InstanceId = "i", ExecutionId = "e" },
    };
}
