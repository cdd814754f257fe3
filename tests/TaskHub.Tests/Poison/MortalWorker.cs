using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Activities;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Poison;

/// <summary>
/// A worker of another process, as far as the hub knows: it dies without an answer. It has "innocent", which calls "work"
/// (held until freed), and what kills it: the activity "bomb" of "careful", and the orchestrator "killer".
/// </summary>
internal sealed class MortalWorker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ScriptedWorker _worker;
    private readonly CancellationTokenSource _dead = new();
    private readonly SemaphoreSlim _free = new(0);
    private readonly TaskCompletionSource _touched = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _orchestrators = ["innocent"];
    private readonly List<string> _activities = ["work"];
    private int _inHand;

    public MortalWorker(EmbeddedTaskHub hub, int activities = 0, bool isRemote = true)
    {
        _worker = new ScriptedWorker(hub) { IsRemote = isRemote }.Orchestrator("innocent", SharedHub.One).Activity("work", WorkAsync);
        _worker.Request.MaxConcurrentActivityWorkItems = activities;
    }

    /// <param name="beside">Gets, at each touch, how many other activities are in hand.</param>
    public MortalWorker Bomb(List<int> beside)
    {
        _worker.Orchestrator("careful", Carefully).Activity("bomb", async _ =>
        {
            lock (beside)
                beside.Add(Volatile.Read(ref _inHand));
            _touched.TrySetResult();
            await Task.Delay(Timeout.Infinite, _dead.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            throw Dead();
        });
        _orchestrators.Add("careful");
        _activities.Add("bomb");
        return this;
    }

    public MortalWorker Killer(Action touch)
    {
        _worker.Orchestrator("killer", _ =>
        {
            touch();
            _touched.TrySetResult();
            throw Dead();
        });
        _orchestrators.Add("killer");
        return this;
    }

    public MortalWorker Start()
    {
        SharedHub.Only(_worker, [.. _orchestrators], [.. _activities]).Start();
        return this;
    }

    /// <summary>Lets so many of "work" end.</summary>
    public void Free(int count) => _free.Release(count);

    public Task HasAsync(int activities) =>
        Eventually.TrueAsync(() => Volatile.Read(ref _inHand) == activities, $"the worker has {activities} activities in hand");

    public Task TouchedAsync() => _touched.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Dies of what kills it.</summary>
    public async Task DieAsync()
    {
        await TouchedAsync();
        await _dead.CancelAsync();
        await _worker.KillAsync();
    }

    /// <summary>Ends in good order, with its killer in hand.</summary>
    public async Task HangUpAsync()
    {
        await TouchedAsync();
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _dead.CancelAsync();
        await _worker.DisposeAsync();
    }

    /// <summary>Calls "bomb", and results in its result or the type of its failure.</summary>
    public static IEnumerable<OrchestratorAction> Carefully(Turn turn) =>
        turn.All.FirstOrDefault(e => e.TaskFailed is not null) is { } failed ? [Actions.Complete(1, failed.TaskFailed.FailureDetails.ErrorType)]
        : turn.All.FirstOrDefault(e => e.TaskCompleted is not null) is { } done ? [Actions.Complete(1, done.TaskCompleted.Result)]
        : turn.IsFirst ? [Actions.Task(0, "bomb")]
        : [];

    private async Task<ActivityResponse> WorkAsync(ActivityRequest request)
    {
        Interlocked.Increment(ref _inHand);
        try
        {
            await _free.WaitAsync(_dead.Token);
            return new ActivityResponse { Result = "done" };
        }
        catch (OperationCanceledException) when (_dead.IsCancellationRequested)
        {
            throw Dead();
        }
        finally
        {
            Interlocked.Decrement(ref _inHand);
        }
    }

    private static RpcException Dead() => new(new Status(StatusCode.Aborted, "dead"));
}
