using System.Collections.Concurrent;
using System.Diagnostics;

namespace Pao.Bench.Http;

/// <summary>
/// Calls at a fixed rate, whatever becomes of them, so a server that stands still is not spared (coordinated omission). A
/// call's time counts from when it is sent: how late a timer wakes the generator is none of the server's doing.
/// </summary>
internal static class OpenLoop
{
    private const int CallsPerTick = 5;

    /// <summary>What a run came to, in milliseconds.</summary>
    public sealed record Figures(int Calls, int Errors, double Median, double P95, double P99);

    public static Task<Figures> RunAsync(HttpClient client, IReadOnlyList<string> paths, int perSecond, TimeSpan time) =>
        RunAsync(client, number => new HttpRequestMessage(HttpMethod.Get, paths[number % paths.Count]), perSecond, time);

    /// <param name="client">Knows the server's address.</param>
    /// <param name="make">Makes the call with this number.</param>
    /// <param name="perSecond">How many are sent in a second.</param>
    /// <param name="time">For how long.</param>
    public static async Task<Figures> RunAsync(HttpClient client, Func<int, HttpRequestMessage> make, int perSecond, TimeSpan time)
    {
        var times = new ConcurrentBag<double>();
        var errors = 0;
        var calls = new List<Task>();
        var tick = TimeSpan.FromSeconds((double)CallsPerTick / perSecond);
        var started = Stopwatch.GetTimestamp();
        for (var number = 0; tick * number < time; number++)
        {
            var due = tick * number;
            if (due - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } early)
                await Task.Delay(early);
            var sent = Stopwatch.GetElapsedTime(started);
            for (var i = 0; i < CallsPerTick; i++)
                calls.Add(CallAsync(number * CallsPerTick + i, sent));
        }

        await Task.WhenAll(calls);
        return new(calls.Count, errors, times.Median(), times.Quantile(0.95), times.Quantile(0.99));

        async Task CallAsync(int number, TimeSpan sent)
        {
            if (!await IsAnsweredAsync(client, make(number)))
                Interlocked.Increment(ref errors);
            times.Add((Stopwatch.GetElapsedTime(started) - sent).TotalMilliseconds);
        }
    }

    /// <summary>Sends a call and reads its answer.</summary>
    /// <returns>False when it was none, or no good one.</returns>
    public static async Task<bool> IsAnsweredAsync(HttpClient client, HttpRequestMessage call)
    {
        try
        {
            using (call)
            {
                using var answer = await client.SendAsync(call);
                return answer.IsSuccessStatusCode;
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
