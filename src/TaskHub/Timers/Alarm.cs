namespace Pao.TaskHub.Timers;

/// <summary>
/// Due times of what is in memory: timers of resident instances, turns that wait out a back-off, and events whose turn
/// takes too long. One thread; the calls happen under the hub's lock. One that fails leaves memory in doubt.
/// </summary>
internal sealed class Alarm(HubClock clock, Lock gate, Action tick, Action<Exception> failed)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly object _signal = new();
    private readonly PriorityQueue<Action, long> _due = new();
    private Thread? _thread;
    private bool _stopping;

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "hub-alarm" };
        _thread.Start();
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
            var first = !_due.TryPeek(out _, out var next) || time.UtcTicks < next;
            _due.Enqueue(call, time.UtcTicks);
            if (first)
                Monitor.Pulse(_signal);
        }
    }

    public void Clear()
    {
        lock (_signal)
            _due.Clear();
    }

    private void Run()
    {
        List<Action> calls = [];
        var ticked = clock.Now;
        while (Wait(calls, ticked + Tick))
        {
            if (clock.Now - ticked >= Tick)
            {
                ticked = clock.Now;
                calls.Add(tick);
            }

            lock (gate)
            {
                foreach (var call in calls)
                    Make(call);
            }

            calls.Clear();
        }
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

    /// <summary>Gathers what is due, waiting for it until the next tick. False when stopped.</summary>
    private bool Wait(List<Action> calls, DateTimeOffset nextTick)
    {
        lock (_signal)
        {
            while (!_stopping)
            {
                var now = clock.Now.UtcTicks;
                while (_due.TryPeek(out var call, out var due) && due <= now)
                {
                    calls.Add(call);
                    _due.Dequeue();
                }

                var until = Math.Min(nextTick.UtcTicks, _due.TryPeek(out _, out var next) ? next : long.MaxValue);
                if (calls.Count > 0 || nextTick.UtcTicks <= now)
                    return true;

                // A step of the clock shows at the next tick at the latest.
                var wait = Math.Clamp(until - now, TimeSpan.TicksPerMillisecond, Tick.Ticks);
                Monitor.Wait(_signal, TimeSpan.FromTicks(wait));
            }

            return false;
        }
    }
}
