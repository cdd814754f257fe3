using System.Diagnostics;

namespace Pao.Bench.Growth;

internal static class Idle
{
    private const string Owned = "select count(*) from task_hub.instance where owner is not null";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Until every instance has left its node's memory: the next process does not take it over at its start.</summary>
    public static async Task WaitAsync(Store store)
    {
        var started = Stopwatch.GetTimestamp();
        while (await store.ReadAsync(Owned) is var owned and > 0)
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"{owned} instances are still in memory after {Patience}.");
            await Task.Delay(200);
        }
    }
}
