namespace Pao.DurableTask.Replay;

/// <summary>
/// Runs an orchestrator's code on one thread at a time, the turn's, in the order in which things became ready: what it
/// awaits comes back here, and so do tasks that it starts or continues. What comes back from another thread, or between
/// turns, was no durable task: it is not run, and remembered as a breach of the rules.
/// </summary>
internal sealed class TurnScheduler : TaskScheduler
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = new();
    private readonly SendOrPostCallback _execute;
    private readonly ReadyQueue _context;
    private int _thread;
    private volatile bool _strayed;

    public TurnScheduler()
    {
        _execute = task => TryExecuteTask((Task)task!);
        _context = new ReadyQueue(this);
    }

    /// <summary>Whether the code awaited, or went on in, something of its own.</summary>
    public bool Strayed => _strayed;

    private bool IsInTurn => _thread == Environment.CurrentManagedThreadId;

    /// <summary>Runs a turn on this thread; its code sees this scheduler as the current one.</summary>
    public void Run(Action turn)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        _thread = Environment.CurrentManagedThreadId;
        try
        {
            var task = new Task(turn);
            task.RunSynchronously(this);
            task.GetAwaiter().GetResult();
        }
        finally
        {
            _thread = 0;
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    /// <summary>Runs what has become ready.</summary>
    public void Drain()
    {
        while (_ready.TryDequeue(out var next))
            next.Callback(next.State);
    }

    public void EnsureInTurn()
    {
        if (IsInTurn)
            return;

        _strayed = true;
        throw new InvalidOperationException(
            "The orchestration's context was used outside its turn's thread. Orchestrator code must not leave it: no Task.Run, "
            + "no ConfigureAwait(false), no threads; awaiting is for tasks of the TaskOrchestrationContext.");
    }

    protected override void QueueTask(Task task) => Enqueue(_execute, task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => IsInTurn && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    private void Enqueue(SendOrPostCallback callback, object? state)
    {
        if (IsInTurn)
            _ready.Enqueue((callback, state));
        else
            _strayed = true;
    }

    private sealed class ReadyQueue(TurnScheduler turns) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => turns.Enqueue(d, state);

        public override void Send(SendOrPostCallback d, object? state)
        {
            turns.EnsureInTurn();
            d(state);
        }

        public override SynchronizationContext CreateCopy() => this;
    }
}
