namespace Pao.DurableTask.Replay;

/// <summary>
/// Runs an orchestrator's code on one thread at a time, the turn's, in the order in which things became ready: what it
/// awaits comes back here. What comes back from another thread, or between turns, was no durable task: it is not run, and
/// remembered as a breach of the rules.
/// </summary>
internal sealed class TurnContext : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = new();
    private int _thread;
    private volatile bool _strayed;

    /// <summary>Whether the code awaited, or went on in, something of its own.</summary>
    public bool Strayed => _strayed;

    /// <summary>What an <c>async void</c> method of the author's threw: no task holds it.</summary>
    public Exception? Escaped { get; private set; }

    private bool IsInTurn => _thread == Environment.CurrentManagedThreadId;

    /// <summary>Runs a turn on this thread.</summary>
    public void Run(Action turn)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        _thread = Environment.CurrentManagedThreadId;
        try
        {
            turn();
        }
        finally
        {
            _thread = 0;
            SetSynchronizationContext(outer);
        }
    }

    /// <summary>Runs what has become ready.</summary>
    public void Drain()
    {
        while (_ready.TryDequeue(out var next))
        {
            try
            {
                next.Callback(next.State);
            }
#pragma warning disable CA1031 // Here only the author's code runs: what it lets escape is the orchestration's failure.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Escaped ??= e;
            }
        }
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

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsInTurn)
            _ready.Enqueue((d, state));
        else
            _strayed = true;
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        EnsureInTurn();
        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;
}
