namespace Pao.Orchestrator.Requests;

internal static class Clock
{
    /// <summary>Now, as precise as both databases keep it, so that what is answered is what is stored.</summary>
    public static DateTimeOffset Microseconds(TimeProvider time)
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
