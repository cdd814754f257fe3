using Microsoft.Extensions.Logging.Abstractions;

namespace Pao.TaskHub.Tests.Simulation;

/// <summary>A process with a hub's node and a worker. Nothing of it goes on by itself.</summary>
internal sealed class SimulatedProcess
{
    private readonly World _world;
    private readonly List<Action> _calls = [];
    private readonly HashSet<int> _atWork = [];
    private Action _killWorker = static () => { };

    public SimulatedProcess(World world, string name)
    {
        _world = world;
        Name = name;
        Context = new SimulationContext(world);
        Time = new SimulatedTime(world, Context);
        Hub = new EmbeddedTaskHub(new SimulatedStore(world, this), world.Options, NullLogger.Instance, Time);
        Hub.Node.Listen();
        Context.Run(StartWorker);
    }

    public string Name { get; }

    public EmbeddedTaskHub Hub { get; }

    public SimulationContext Context { get; }

    public SimulatedTime Time { get; }

    /// <summary>Takes announcements.</summary>
    public Action<Guid?>? Heard { get; set; }

    public TimeSpan FrozenUntil { get; set; }

    public bool IsFrozen => _world.Elapsed < FrozenUntil;

    public bool HasEnded { get; private set; }

    /// <summary>Whether none of its threads is in the middle of something.</summary>
    public bool CanLeave => _atWork.Count == 0 && !IsFrozen;

    /// <summary>Lets one of the process's threads go on, unless it waits for the store.</summary>
    public void Step(int thread)
    {
        if (IsFrozen || HasEnded)
            return;

        switch (thread)
        {
            case 0:
                Work(thread, () => Hub.Node.Committer.Step(wait: false));
                break;
            case 1:
                Work(thread, () => Hub.Node.Alarm.Step(wait: false));
                break;
            case 2:
                Work(thread, () => Hub.Node.Caretaker.Step(wait: false));
                break;
            default:
                if (Context.Count > 0)
                    Context.RunAny();
                break;
        }
    }

    /// <summary>A call from outside: made in this process, answered by it or by its end.</summary>
    public Task<T> CallAsync<T>(Func<EmbeddedTaskHub, Task<T>> call)
    {
        var outcome = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Add(() => outcome.TrySetException(World.Unavailable()));
        if (HasEnded)
            outcome.TrySetException(World.Unavailable());
        else
            Context.Post(_ => _ = AnswerAsync(call, outcome), null);
        return outcome.Task;
    }

    public void Hear(Guid? owner) => Context.Post(_ => Heard?.Invoke(owner), null);

    /// <summary>Its worker dies with what it has in hand, and another connects.</summary>
    public void LoseWorker() => Context.Run(() =>
    {
        _killWorker();
        StartWorker();
    });

    /// <summary>Leaves the hub in good order.</summary>
    public void Leave()
    {
        _atWork.UnionWith([0, 1, 2]);
        Context.Run(Hub.Stop);
    }

    /// <summary>Nothing of it goes on, and nobody gets an answer.</summary>
    public void End()
    {
        HasEnded = true;
        foreach (var fail in _calls)
            fail();
    }

    private void StartWorker() => _killWorker = SimulatedWorker.Start(_world, this);

    private void Work(int thread, Action step)
    {
        if (!_atWork.Add(thread))
            return;

        try
        {
            Context.Run(step);
        }
#pragma warning disable CA1031 // What escapes from one of the hub's threads would end the process.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _world.Breach($"{Name}: a thread of the hub died: {e}");
        }
        finally
        {
            _atWork.Remove(thread);
        }
    }

    private async Task AnswerAsync<T>(Func<EmbeddedTaskHub, Task<T>> call, TaskCompletionSource<T> outcome)
    {
        try
        {
            outcome.TrySetResult(await call(Hub));
        }
#pragma warning disable CA1031 // The caller's, whatever it is.
        catch (Exception e)
#pragma warning restore CA1031
        {
            outcome.TrySetException(e);
        }
    }
}
