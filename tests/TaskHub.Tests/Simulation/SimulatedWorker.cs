using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pao.DurableTask;
using Pao.DurableTask.Converters;
using Pao.DurableTask.Protocol;
using Pao.DurableTask.Replay;
using Pao.DurableTask.Worker;
using Pao.Programs;

namespace Pao.TaskHub.Tests.Simulation;

/// <summary>The SDK's worker without its threads: the same turns and activities, run when the seed says so.</summary>
internal sealed class SimulatedWorker
{
    private readonly World _world;
    private readonly SimulatedProcess _process;
    private readonly TurnRunner _turns;
    private readonly ActivityRunner _activities;
    private readonly Completions _completions;
    private readonly GetWorkItemsRequest _request;
    private readonly CancellationToken _dead;

    private SimulatedWorker(World world, SimulatedProcess process, CancellationToken dead)
    {
        (_world, _process, _dead) = (world, process, dead);
        var options = new DurableTaskWorkerOptions
        {
            Concurrency =
            {
                MaximumConcurrentOrchestrationWorkItems = world.Random.Next(1, 6),
                MaximumConcurrentActivityWorkItems = world.Random.Next(1, 4),
            },
            MaximumKeptOrchestrators = world.Random.Next(3),
        };
        var registry = new DurableTaskRegistry();
        new RandomPrograms(SimulatedClients.LongestTimer, TimeSpan.FromSeconds(1), RaiseAsync, countsRuns: false).AddTo(registry);
        var settings = new ReplaySettings(
            options.DataConverter, NullLoggerFactory.Instance, options.MaximumTimerInterval, options.Versioning.DefaultVersion);
        var services = new ServiceCollection().BuildServiceProvider();
        _completions = new Completions(process.Hub, process.Time, int.MaxValue, NullLogger.Instance);
        _turns = new TurnRunner(registry, options, settings, services, process.Hub, _completions);
        _activities = new ActivityRunner(
            registry, options.DataConverter, services.GetRequiredService<IServiceScopeFactory>(), _completions, NullLogger.Instance);
        _request = WorkItemsRequest.From(options, registry);
    }

    /// <returns>What kills it: all that it has in hand is lost, but answers that are on the way.</returns>
    public static Action Start(World world, SimulatedProcess process)
    {
        var dead = new CancellationTokenSource();
        _ = new SimulatedWorker(world, process, dead.Token).RunAsync();
        return dead.Cancel;
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var item in _process.Hub.GetWorkItemsAsync(_request, null, static () => new ValueTask<bool>(true), _dead))
                _ = HandleAsync(item);
        }
        catch (OperationCanceledException) when (_dead.IsCancellationRequested)
        {
        }
    }

    private async Task HandleAsync(WorkItem item)
    {
        try
        {
            await PauseAsync();
            if (_dead.IsCancellationRequested)
                return;

            if (item.OrchestratorRequest is { } turn)
            {
                _world.Trace($"{_process.Name}: a turn");
                if (!await _turns.RunAsync(turn, item.CompletionToken, CancellationToken.None))
                    await _completions.AbandonAsync(item, CancellationToken.None);
            }
            else if (item.ActivityRequest is { } activity)
                await ExecuteAsync(activity, item.CompletionToken);
        }
        catch (RpcException)
        {
            await _completions.AbandonAsync(item, CancellationToken.None);
        }
#pragma warning disable CA1031 // Nobody awaits this; the run ends with it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _world.Breach($"{_process.Name}: a work item failed: {e}");
        }
    }

    private async Task ExecuteAsync(ActivityRequest activity, string token)
    {
        var instance = activity.OrchestrationInstance;
        _world.Trace($"{_process.Name}: {activity.Name} {activity.TaskId}");
        _world.Require(
            _world.Database.HasScheduled(instance.InstanceId, instance.ExecutionId, activity.TaskId),
            $"activity {activity.TaskId} of '{instance.InstanceId}' ran before the turn was stored that scheduled it");
        await PauseAsync();
        if (_dead.IsCancellationRequested)
            return;

        await _activities.RunAsync(activity, token, CancellationToken.None);
    }

    /// <summary>Most work takes no time, some takes a while, and a little longer than a lease.</summary>
    private async Task PauseAsync()
    {
        await Task.Yield();
        var milliseconds = _world.Random.Next(100) switch
        {
            < 70 => 0,
            < 98 => _world.Random.Next(200),
            _ => _world.Random.Next(40_000),
        };
        if (milliseconds > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), _process.Time);
    }

    /// <summary>An event from an activity, by any process, until one has taken it.</summary>
    private Task<bool> RaiseAsync(string instanceId, string name, int value) => SimulatedClients.RetryAsync(_process.Time, () =>
        _world.AnyProcess.CallAsync(async hub =>
        {
            var request = new RaiseEventRequest
            {
                InstanceId = instanceId,
                Name = name,
                Input = JsonDataConverter.Default.Serialize(value),
            };
            await hub.RaiseEventAsync(request, CancellationToken.None);
            return true;
        }));
}
