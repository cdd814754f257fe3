using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.DurableTask;
using Pao.DurableTask.Client;
using Pao.DurableTask.Worker;
using Pao.TaskHub;

namespace Pao.Bench;

/// <summary>Hub, worker and client in this process, as PAO runs them.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly DurableTaskClient _client;

    private Engine(IHost host)
    {
        _host = host;
        _client = host.Services.GetRequiredService<DurableTaskClient>();
    }

    public static async Task<Engine> StartAsync(string? connectionString, string folder)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddTaskHub(options => (options.ConnectionString, options.DataDirectory) = (connectionString, folder));
        builder.Services.AddDurableTaskClient();
        builder.Services.AddDurableTaskWorker(worker => worker.AddTasks(tasks => tasks
            .AddOrchestratorFunc<string, string>("three", ThreeStepsAsync)
            .AddActivityFunc<string, string>("step", (_, input) => input + "x")));

        var host = builder.Build();
        await host.StartAsync();
        var health = host.Services.GetRequiredService<TaskHubHealth>();
        while (!health.IsReady)
            await Task.Delay(10);
        return new Engine(host);
    }

    /// <summary>Keeps so many workflows in flight for a while.</summary>
    public async Task<Measurement> MeasureAsync(int inFlight, TimeSpan time)
    {
        var latencies = new List<double>[inFlight];
        var cpu = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetTotalAllocatedBytes();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(async i => latencies[i] = await RunAsync(started, time)));

        var all = latencies.SelectMany(some => some).Order().ToList();
        return new Measurement(
            all.Count / Stopwatch.GetElapsedTime(started).TotalSeconds,
            all[all.Count / 2],
            all[Math.Min(all.Count - 1, all.Count * 99 / 100)],
            (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / all.Count,
            (GC.GetTotalAllocatedBytes() - allocated) / 1024.0 / all.Count);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private async Task<List<double>> RunAsync(long started, TimeSpan time)
    {
        List<double> latencies = [];
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            var begun = Stopwatch.GetTimestamp();
            var id = await _client.ScheduleNewOrchestrationInstanceAsync("three", "in");
            await _client.WaitForInstanceCompletionAsync(id);
            latencies.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        return latencies;
    }

    private static async Task<string> ThreeStepsAsync(TaskOrchestrationContext context, string input)
    {
        var value = input;
        for (var i = 0; i < 3; i++)
            value = await context.CallActivityAsync<string>("step", value);
        return value;
    }
}

/// <param name="PerSecond">Workflows ended a second.</param>
/// <param name="P50">From the call that starts one to the answer that it has ended, in milliseconds.</param>
/// <param name="P99">As before.</param>
/// <param name="CpuMicroseconds">Of this process: load generator, client, worker and hub, without the database server.</param>
/// <param name="KibAllocated">A workflow.</param>
internal sealed record Measurement(double PerSecond, double P50, double P99, double CpuMicroseconds, double KibAllocated)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{PerSecond:N0} | {P50:F2} | {P99:F2} | {CpuMicroseconds:N0} | {KibAllocated:F0}");
}
