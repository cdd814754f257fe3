using Microsoft.Extensions.Time.Testing;

namespace Pao.DurableTask.Tests.Scripted;

internal static class Waiting
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Waits until something is so, or fails.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        var deadline = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < Deadline, "It did not happen in time.");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Sets the clock forward step by step until something is so, or fails.</summary>
    public static async Task UntilAsync(this FakeTimeProvider time, TimeSpan step, Func<bool> condition) =>
        await UntilAsync(() =>
        {
            if (condition())
                return true;

            time.Advance(step);
            return false;
        });
}
