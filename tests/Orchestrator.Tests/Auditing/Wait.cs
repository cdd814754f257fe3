namespace Pao.Orchestrator.Tests.Auditing;

internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Looks until it is so, doing something before each look, such as moving a clock.</summary>
    public static async Task UntilAsync(Func<bool> reached, Action? before = null)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var began = TimeProvider.System.GetTimestamp();
        for (before?.Invoke(); !reached(); before?.Invoke())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "It did not come to that.");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
