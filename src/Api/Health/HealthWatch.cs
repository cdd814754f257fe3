using Pao.DurableTask;

namespace Pao.Api.Health;

/// <summary>Looks also when nobody asks, so that the log and "since" tell when a part went, not when a probe saw it.</summary>
internal sealed class HealthWatch(ServiceHealth health, Heartbeats heartbeats, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var beat = heartbeats.Of("health");
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await health.LookAsync(stoppingToken);
            beat.Beat(Period);
        }
    }
}
