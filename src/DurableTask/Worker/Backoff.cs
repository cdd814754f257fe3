namespace Pao.DurableTask.Worker;

/// <summary>Growing waits between tries, with chance in them so that many workers don't come back in step.</summary>
internal static class Backoff
{
    private static readonly TimeSpan ReconnectBase = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReconnectCap = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CompletionBase = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CompletionCap = TimeSpan.FromSeconds(15);

    /// <summary>Anything between nothing and the doubled limit ("full jitter").</summary>
    public static TimeSpan BeforeReconnect(int failures) => Doubled(ReconnectBase, ReconnectCap, failures) * Random.Shared.NextDouble();

    /// <summary>The doubled wait, up to a fifth longer.</summary>
    public static TimeSpan BeforeCompletingAgain(int failures) =>
        Doubled(CompletionBase, CompletionCap, failures) * (1 + (0.2 * Random.Shared.NextDouble()));

    private static TimeSpan Doubled(TimeSpan first, TimeSpan cap, int failures)
    {
        var wait = first * Math.Pow(2, Math.Min(failures - 1, 16));
        return wait < cap ? wait : cap;
    }
}
