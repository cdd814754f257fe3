using Pao.DurableTask;

namespace Pao.TaskHub.Timers;

/// <summary>
/// Due times of what is in memory: timers of resident instances, turns that wait out a back-off, and events whose turn
/// takes too long. One thread; the calls happen under the hub's lock. One that fails leaves memory in doubt.
/// </summary>
internal sealed class Alarm(HubClock clock, Lock gate, Action tick, Action<Exception> failed)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly object _signal = new();
    private readonly PriorityQueue<Action, DateTimeOffset> _due = new();
    private readonly PriorityQueue<Action, TimeSpan> _late = new();
    private readonly List<Action> _calls = [];
    private Thread? _thread;
    private DateTimeOffset _ticked;
    private bool _stopping;

    public void Start(Heartbeat beat)
    {
        _thread = new Thread(() => Run(beat)) { IsBackground = true, Name = "hub-alarm" };
        _thread.Start();
    }

    private void Run(Heartbeat beat)
    {
        while (Step(wait: true))
            beat.Beat();
        beat.End();
    }

    public void Stop()
    {
        lock (_signal)
        {
            _stopping = true;
            Monitor.Pulse(_signal);
        }

        _thread?.Join();
    }

    /// <summary>Calls back at the time or soon after it.</summary>
    public void At(DateTimeOffset time, Action call)
    {
        lock (_signal)
        {
            var first = !_due.TryPeek(out _, out var next) || time < next;
            _due.Enqueue(call, time);
            if (first)
                Monitor.Pulse(_signal);
        }
    }

    /// <summary>Calls back when so much time has gone by, or soon after it, however the store's clock is set meanwhile.</summary>
    public void After(TimeSpan pause, Action call)
    {
        lock (_signal)
        {
            var time = clock.Elapsed + pause;
            var first = !_late.TryPeek(out _, out var next) || time < next;
            _late.Enqueue(call, time);
            if (first)
                Monitor.Pulse(_signal);
        }
    }

    public void Clear()
    {
        lock (_signal)
        {
            _due.Clear();
            _late.Clear();
        }
    }

    /// <summary>Makes the calls that are due. False when stopped.</summary>
    /// <param name="wait">Whether to wait for them until the next tick; who steps by hand does not.</param>
    public bool Step(bool wait)
    {
        _calls.Clear();
        if (!Gather(wait))
            return false;

        if (clock.Now is var now && IsTickDue(now))
        {
            _ticked = now;
            _calls.Add(tick);
        }

        lock (gate)
        {
            foreach (var call in _calls)
                Make(call);
        }

        return true;
    }

    private void Make(Action call)
    {
        try
        {
            call();
        }
#pragma warning disable CA1031 // A thread that dies takes the process with it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failed(e);
        }
    }

    /// <summary>Also when the store's clock, and ours with it, went back.</summary>
    private bool IsTickDue(DateTimeOffset now) => now >= _ticked + Tick || now < _ticked;

    /// <summary>Gathers what is due. False when stopped.</summary>
    private bool Gather(bool wait)
    {
        lock (_signal)
        {
            while (!_stopping)
            {
                var (now, elapsed) = (clock.Now, clock.Elapsed);
                GatherUntil(_due, now);
                GatherUntil(_late, elapsed);

                if (!wait || _calls.Count > 0 || IsTickDue(now))
                    return true;

                // A step of the clock shows at the next tick at the latest.
                var pause = _ticked + Tick - now;
                if (_due.TryPeek(out _, out var due) && due - now < pause)
                    pause = due - now;
                if (_late.TryPeek(out _, out var late) && late - elapsed < pause)
                    pause = late - elapsed;
                Monitor.Wait(_signal, TimeSpan.FromTicks(Math.Clamp(pause.Ticks, TimeSpan.TicksPerMillisecond, Tick.Ticks)));
            }

            return false;
        }
    }

    private void GatherUntil<T>(PriorityQueue<Action, T> calls, T now)
    {
        while (calls.TryPeek(out var call, out var due) && Comparer<T>.Default.Compare(due, now) <= 0)
        {
            _calls.Add(call);
            calls.Dequeue();
        }
    }
}
