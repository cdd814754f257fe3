using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pao.DurableTask.Grpc;
using Pao.DurableTask.Protocol;
using Pao.DurableTask.Replay;

namespace Pao.DurableTask.Worker;

/// <summary>
/// Takes work items from the hub, each to be run on the thread pool. When the host stops, it takes nothing new, lets what
/// runs finish within the time the host gives, and only then closes the stream, which gives the rest back.
/// </summary>
internal sealed partial class DurableTaskWorker : BackgroundService, IHostedLifecycleService
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WorkItemStream _stream;
    private readonly GetWorkItemsRequest _request;
    private readonly TurnRunner _turns;
    private readonly ActivityRunner _activities;
    private readonly Completions _completions;
    // Not disposed: what outlives a stop that was cut short still uses them, and they hold nothing but memory.
    private readonly SemaphoreSlim _turnSlots;
    private readonly SemaphoreSlim _activitySlots;
    private readonly CancellationTokenSource _aborted = new();
    private readonly RunningItems _running = new();
    private readonly Heartbeat _beat;
    private readonly TimeSpan _silence;
    private volatile bool _stopping;

    public DurableTaskWorker(
        string name,
        ITaskHub hub,
        IServiceProvider services,
        Heartbeats heartbeats,
        TimeProvider time,
        ILoggerFactory loggerFactory)
    {
        var options = services.GetRequiredService<IOptionsMonitor<DurableTaskWorkerOptions>>().Get(name);
        var registry = services.GetRequiredService<IOptionsMonitor<DurableTaskRegistry>>().Get(name);
        var settings = new ReplaySettings(
            options.DataConverter, loggerFactory, options.MaximumTimerInterval, options.Versioning.DefaultVersion)
        { WrapsActivityInput = options.WrapsActivityInput };

        _time = time;
        _logger = loggerFactory.CreateLogger<DurableTaskWorker>();
        _beat = heartbeats.Of("worker");

        // Our own hub says every ten seconds that its stream lives; how often another one does is not known.
        _silence = hub is GrpcTaskHub ? options.SilentDisconnectTimeout : TimeSpan.Zero;
        _stream = new WorkItemStream(hub, time, options.SilentDisconnectTimeout);
        _request = WorkItemsRequest.From(options, registry);
        _completions = new Completions(hub, time, options.CompleteOrchestrationWorkItemChunkSizeInBytes, _logger);
        _turns = new TurnRunner(registry, options, settings, services, hub, _completions);
        _activities = new ActivityRunner(
            registry, options.DataConverter, services.GetRequiredService<IServiceScopeFactory>(), _completions, _logger);
        _turnSlots = new SemaphoreSlim(_request.MaxConcurrentOrchestrationWorkItems);
        _activitySlots = new SemaphoreSlim(_request.MaxConcurrentActivityWorkItems);
    }

    /// <summary>How many orchestrators are kept between their turns.</summary>
    internal int KeptOrchestrators => _turns.KeptCount;

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Takes nothing new from here on: what runs has all of the host's time to finish, not what other services leave of it.</summary>
    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        return Task.CompletedTask;
    }

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        try
        {
            await _running.CompleteAsync().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.DrainCutShort(_logger);
            await _aborted.CancelAsync();
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            var received = false;
            try
            {
                await ReadAsync(() => received = true, stoppingToken);
                Log.StreamEnded(_logger);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The worker loop: whatever the hub's stream fails with, the worker connects again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log.StreamFailed(_logger, e);
                failures = received ? 1 : failures + 1;
                await WaitAsync(failures, stoppingToken);
                continue;
            }

            // A stream that ended in good order is opened again at once, unless it gave nothing: that could go on for ever.
            failures = received ? 0 : failures + 1;
            if (failures > 0)
                await WaitAsync(failures, stoppingToken);
        }
    }

    private Task WaitAsync(int failures, CancellationToken stoppingToken) =>
        Task.Delay(Backoff.BeforeReconnect(failures), _time, stoppingToken);

    /// <summary>
    /// Never waits for room: the hub counts what each stream has in hand, so only one that was opened while the work of the
    /// one before is running brings too much, and while nobody reads, it would be taken for dead as well.
    /// </summary>
    private async Task ReadAsync(Action received, CancellationToken stoppingToken)
    {
        using var open = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        try
        {
            await foreach (var item in _stream.ReadAsync(_request, stoppingToken))
            {
                received();
                _beat.Beat(_silence);
                Dispatch(item, open.Token);
            }
        }
        finally
        {
            await open.CancelAsync();
        }
    }

    private void Dispatch(WorkItem item, CancellationToken open)
    {
        var slots = item.RequestCase switch
        {
            WorkItem.RequestOneofCase.OrchestratorRequest => _turnSlots,
            WorkItem.RequestOneofCase.ActivityRequest => _activitySlots,
            _ => null,
        };

        // A ping says that the stream lives, and unknown kinds are not asked for. What comes while the worker stops is
        // given back when the stream closes.
        if (slots is null || _stopping)
            return;

        if (slots.Wait(0, CancellationToken.None))
            Begin(item, slots);
        else
            _ = BeginLaterAsync(item, slots, open);
    }

    private void Begin(WorkItem item, SemaphoreSlim slots)
    {
        _running.Begin();
        ThreadPool.UnsafeQueueUserWorkItem(new Run(this, item, slots), preferLocal: false);
    }

    private async Task BeginLaterAsync(WorkItem item, SemaphoreSlim slots, CancellationToken open)
    {
        try
        {
            await slots.WaitAsync(open);
        }
        catch (OperationCanceledException)
        {
            return; // the stream's end gave the item back: it is another's
        }

        if (_stopping || open.IsCancellationRequested)
            slots.Release();
        else
            Begin(item, slots);
    }

    private async Task RunAsync(WorkItem item, SemaphoreSlim slots)
    {
        try
        {
            if (item.OrchestratorRequest is null)
                await _activities.RunAsync(item.ActivityRequest, item.CompletionToken, _aborted.Token);
            else if (!await _turns.RunAsync(item.OrchestratorRequest, item.CompletionToken, _aborted.Token))
                await _completions.AbandonAsync(item, _aborted.Token);
        }
        catch (OperationCanceledException) when (_aborted.IsCancellationRequested)
        {
            // The stream's end gives the item back.
        }
#pragma warning disable CA1031 // The worker loop: an item that cannot be processed is given back, and must not end the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.ItemFailed(_logger, e, item.RequestCase, InstanceOf(item));
            await _completions.AbandonAsync(item, _aborted.Token);
        }
        finally
        {
            slots.Release();
            _running.End();
        }
    }

    private static string InstanceOf(WorkItem item) =>
        item.OrchestratorRequest?.InstanceId ?? item.ActivityRequest.OrchestrationInstance.InstanceId;

    private sealed class Run(DurableTaskWorker worker, WorkItem item, SemaphoreSlim slots) : IThreadPoolWorkItem
    {
        public void Execute() => _ = worker.RunAsync(item, slots);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "The hub ended the stream of work items; connecting again.")]
        public static partial void StreamEnded(ILogger logger);

        [LoggerMessage(2, LogLevel.Warning, "The stream of work items broke; connecting again.")]
        public static partial void StreamFailed(ILogger logger, Exception exception);

        [LoggerMessage(3, LogLevel.Error, "A work item ({Kind}) of instance {InstanceId} could not be processed and is given back.")]
        public static partial void ItemFailed(ILogger logger, Exception exception, WorkItem.RequestOneofCase kind, string instanceId);

        [LoggerMessage(4, LogLevel.Warning, "The host's time to stop is over while work is running; it is cancelled and given back.")]
        public static partial void DrainCutShort(ILogger logger);
    }
}
