using System.Collections.Concurrent;
using System.Net;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>Calls at a fixed rate, whatever becomes of them: callers who do not know that the service is busy.</summary>
internal static class OfferedLoad
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    /// <summary>Who has no answer after this time has gone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="perSecond">How many are sent in a second.</param>
    /// <param name="time">For how long.</param>
    /// <param name="call">Makes a call.</param>
    /// <param name="until">Ends it early.</param>
    /// <returns>What became of the calls, by the second in which they were sent.</returns>
    public static async Task<IReadOnlyList<Second>> RunAsync(
        double perSecond, TimeSpan time, Func<CancellationToken, Task<HttpStatusCode>> call, Func<IReadOnlyList<Second>, bool>? until = null)
    {
        var seconds = new ConcurrentDictionary<int, Second>();
        List<Task> calls = [];
        var started = TimeProvider.System.GetTimestamp();
        using var ticks = new PeriodicTimer(Tick);
        for (var sent = 0; await ticks.WaitForNextTickAsync(CancellationToken.None);)
        {
            var now = TimeProvider.System.GetElapsedTime(started);
            if (now >= time || until?.Invoke(Ended(seconds, now)) is true)
                break;
            for (var second = seconds.GetOrAdd((int)now.TotalSeconds, _ => new Second()); sent < perSecond * now.TotalSeconds; sent++)
                calls.Add(CallAsync(second, call));
        }

        await Task.WhenAll(calls);
        return Ended(seconds, TimeSpan.MaxValue);
    }

    /// <summary>Seconds of which every call has been answered, or has gone.</summary>
    private static List<Second> Ended(ConcurrentDictionary<int, Second> seconds, TimeSpan now) =>
        [.. seconds.OrderBy(second => second.Key).TakeWhile(second => second.Key + 1 <= now.TotalSeconds && second.Value.IsOver).Select(second => second.Value)];

    private static async Task CallAsync(Second second, Func<CancellationToken, Task<HttpStatusCode>> call)
    {
        Interlocked.Increment(ref second.Sent);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var status = await call(patience.Token);
            if ((int)status < 300)
                Interlocked.Increment(ref second.Good);
            else if (status == HttpStatusCode.ServiceUnavailable)
                Interlocked.Increment(ref second.Refused);
            else
                Interlocked.Increment(ref second.Wrong);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            Interlocked.Increment(ref second.Wrong);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref second.Late);
        }
    }

    /// <summary>Calls of one second: what was answered in time, refused with 503, answered in any other way, or not in time.</summary>
    public sealed class Second
    {
        public int Sent;
        public int Good;
        public int Refused;
        public int Wrong;
        public int Late;

        public bool IsOver => Good + Refused + Wrong + Late == Sent;

        public override string ToString() => $"{Good}/{Sent} good, {Refused} refused, {Late} late, {Wrong} wrong";
    }
}
