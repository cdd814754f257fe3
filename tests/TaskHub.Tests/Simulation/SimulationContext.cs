namespace Pao.TaskHub.Tests.Simulation;

/// <summary>What a process awaits goes on here, on the one thread of the simulation, in an order that the seed decides.</summary>
internal sealed class SimulationContext(World world) : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;

    public int Count => _ready.Count;

    public override void Post(SendOrPostCallback d, object? state)
    {
        // What went on in the thread pool could not be repeated.
        if (_thread != Environment.CurrentManagedThreadId)
            world.Breach($"something left the simulation's thread: {Environment.StackTrace}");
        else
            _ready.Add((d, state));
    }

    /// <summary>Runs one of the callbacks that wait.</summary>
    public void RunAny()
    {
        var index = world.Random.Next(_ready.Count);
        var (callback, state) = _ready[index];
        _ready.RemoveAt(index);
        Run(() => callback(state));
    }

    public void Run(Action action)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    public override SynchronizationContext CreateCopy() => this;
}
