namespace Pao.TaskHub.Tests.Simulation;

/// <summary>
/// A process's clock in simulated time: what it measures goes on with the world, the time of day that it shows steps as
/// the seed likes.
/// </summary>
internal sealed class SimulatedTime(World world, SimulationContext context) : TimeProvider
{
    private readonly List<Timer> _timers = [];

    /// <summary>How far the time of day is off.</summary>
    public TimeSpan Off { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => world.Elapsed.Ticks + TimeSpan.TicksPerDay;

    public override DateTimeOffset GetUtcNow() => world.Now + Off;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>A worker's waits have chance in them that is not the seed's, up to a fifth: it is taken out.</summary>
    private static TimeSpan Rounded(TimeSpan wait)
    {
        var unit = TimeSpan.FromMilliseconds(200);
        return wait < unit ? wait : unit * Math.Pow(2, Math.Floor(Math.Log2(wait / unit)));
    }

    /// <summary>Lets the process make the calls that are due.</summary>
    public void Fire()
    {
        foreach (var timer in _timers.Where(timer => timer.Due <= GetTimestamp()).ToList())
        {
            _timers.Remove(timer);
            context.Post(_ => timer.Call(), null);
        }
    }

    private sealed class Timer(SimulatedTime time, Action call) : ITimer
    {
        public long Due { get; private set; }

        public Action Call => call;

        /// <summary>Once: nothing that is simulated asks for a period.</summary>
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time._timers.Remove(this);
            if (dueTime == Timeout.InfiniteTimeSpan)
                return true;

            Due = time.GetTimestamp() + Rounded(dueTime).Ticks;
            time._timers.Add(this);
            return true;
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
