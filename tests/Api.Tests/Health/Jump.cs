namespace Pao.Api.Tests.Health;

/// <summary>Real time, and jumps ahead.</summary>
internal sealed class Jump : TimeProvider
{
    private long _ahead;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(TimeSpan.FromTicks(Volatile.Read(ref _ahead)).TotalSeconds * System.TimestampFrequency);

    public void Ahead(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);
}
