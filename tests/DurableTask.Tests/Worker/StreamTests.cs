using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Pao.DurableTask.Protocol;
using Pao.DurableTask.Tests.Scripted;
using Pao.DurableTask.Worker;

namespace Pao.DurableTask.Tests.Worker;

public class StreamTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(120);
    private readonly RecordingTime _time = new();

    [Fact]
    public async Task A_stream_that_is_silent_too_long_is_opened_again()
    {
        var hub = new StreamHub(_time, (_, cancellationToken) => SilentAsync(cancellationToken));
        await using var host = await StartAsync(hub);

        await _time.UntilAsync(TimeSpan.FromSeconds(1), () => hub.Opened.Count == 2);

        Assert.True(hub.Opened[1] - hub.Opened[0] >= Silence, "It was given up too early.");
    }

    [Fact]
    public async Task A_ping_shows_that_a_stream_lives()
    {
        var pinged = new TaskCompletionSource();
        var hub = new StreamHub(_time, (_, cancellationToken) => PingedAsync(pinged.Task, cancellationToken));
        await using var host = await StartAsync(hub);
        await Waiting.UntilAsync(() => hub.Opened.Count == 1);

        _time.Advance(Silence - TimeSpan.FromSeconds(10));
        pinged.SetResult();
        await Waiting.UntilAsync(() => hub.Read == 1);
        _time.Advance(Silence - TimeSpan.FromSeconds(10));

        Assert.Single(hub.Opened);
    }

    [Fact]
    public async Task A_stream_that_ended_in_good_order_is_opened_again_at_once()
    {
        var hub = new StreamHub(_time, (opened, cancellationToken) => opened < 5 ? OneAsync() : SilentAsync(cancellationToken));
        await using var host = await StartAsync(hub);

        await Waiting.UntilAsync(() => hub.Opened.Count == 5);

        Assert.All(hub.Opened, opened => Assert.Equal(hub.Opened[0], opened));
    }

    [Fact]
    public async Task While_the_hub_is_away_the_worker_comes_back_after_growing_waits_with_chance_in_them()
    {
        var hub = new StreamHub(_time, (opened, cancellationToken) => opened < 40
            ? throw new RpcException(new Status(StatusCode.Unavailable, "Away."))
            : SilentAsync(cancellationToken));
        await using var host = await StartAsync(hub);

        await _time.UntilAsync(TimeSpan.FromSeconds(10), () => hub.Opened.Count == 40); // in few steps: each is a moment of real time

        var waits = _time.Waits.ToList();
        Assert.InRange(waits[0], TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.InRange(waits[1], TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(30)));
        Assert.True(waits.Max() > TimeSpan.FromSeconds(10), "The waits did not grow.");
        Assert.True(waits.Distinct().Count() > 30, "There was no chance in the waits.");
    }

    [Fact]
    public void The_worker_says_what_it_can_take()
    {
        var options = new DurableTaskWorkerOptions { OnlyRegisteredTasks = true };
        options.Concurrency.MaximumConcurrentActivityWorkItems = 7;
        options.Concurrency.MaximumConcurrentOrchestrationWorkItems = 5;
        var registry = new DurableTaskRegistry()
            .AddActivityFunc<int, int>("A", (_, x) => x)
            .AddOrchestratorFunc("O", _ => Task.CompletedTask);

        var request = WorkItemsRequest.From(options, registry);

        Assert.Equal((5, 7), (request.MaxConcurrentOrchestrationWorkItems, request.MaxConcurrentActivityWorkItems));
        Assert.Contains(WorkerCapability.HistoryStreaming, request.Capabilities);
        Assert.Contains(ExtendedSessions.Capability, request.Capabilities);
        Assert.Equal(("A", "O"), (Assert.Single(request.WorkItemFilters.Activities).Name, Assert.Single(request.WorkItemFilters.Orchestrations).Name));

        options.MaximumKeptOrchestrators = 0;
        Assert.DoesNotContain(ExtendedSessions.Capability, WorkItemsRequest.From(options, registry).Capabilities);
    }

    private Task<TestHost> StartAsync(StreamHub hub) =>
        TestHost.StartAsync(hub, worker => worker.AddTasks(_ => { }), services => services.AddSingleton<TimeProvider>(_time));

    private static async IAsyncEnumerable<WorkItem> SilentAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        yield break;
    }

    private static async IAsyncEnumerable<WorkItem> PingedAsync(Task pinged, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await pinged.WaitAsync(cancellationToken);
        yield return new WorkItem { HealthPing = new HealthPing() };
        await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
    }

    private static async IAsyncEnumerable<WorkItem> OneAsync()
    {
        await Task.Yield();
        yield return new WorkItem { HealthPing = new HealthPing() };
    }

    /// <summary>Notes the waits that are asked for: how long they took depends on how busy the machine is.</summary>
    private sealed class RecordingTime : FakeTimeProvider
    {
        public ConcurrentQueue<TimeSpan> Waits { get; } = new();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (period == Timeout.InfiniteTimeSpan)
                Waits.Enqueue(dueTime);

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    private sealed class StreamHub(TimeProvider time, Func<int, CancellationToken, IAsyncEnumerable<WorkItem>> open) : EmptyHub
    {
        public List<DateTimeOffset> Opened { get; } = [];

        public int Read { get; private set; }

        public override async IAsyncEnumerable<WorkItem> GetWorkItemsAsync(
            GetWorkItemsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Opened.Add(time.GetUtcNow());
            await foreach (var item in open(Opened.Count, cancellationToken))
            {
                yield return item;
                Read++;
            }
        }
    }
}
