using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.DurableTask.Client;
using Pao.DurableTask.Worker;
using Pao.TaskHub;

namespace Pao.Bench;

/// <summary>Hub, worker and client in this process, as PAO runs them.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly DurableTaskClient _client;
    private readonly Echo _echo;

    private Engine(IHost host, Echo echo)
    {
        _host = host;
        _echo = echo;
        _client = host.Services.GetRequiredService<DurableTaskClient>();
    }

    public static async Task<Engine> StartAsync(Store store, Action<TaskHubOptions>? configure = null)
    {
        var echo = new Echo();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddTaskHub(options =>
        {
            (options.ConnectionString, options.DataDirectory) = (store.ConnectionString, store.Folder);
            configure?.Invoke(options);
        });
        builder.Services.AddDurableTaskClient();
        builder.Services.AddDurableTaskWorker(worker => worker.AddTasks(tasks => Workloads.AddTo(tasks, echo)));

        var host = builder.Build();
        await host.StartAsync();
        var health = host.Services.GetRequiredService<TaskHubHealth>();
        while (!health.IsReady)
            await Task.Delay(5);
        return new Engine(host, echo);
    }

    /// <summary>Keeps so many workflows of three steps in flight for a while.</summary>
    public async Task<Measurement> MeasureAsync(int inFlight, TimeSpan time)
    {
        var latencies = new List<double>[inFlight];
        var cpu = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetTotalAllocatedBytes();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(async i => latencies[i] = await RunAsync(started, time)));

        var elapsed = Stopwatch.GetElapsedTime(started);
        var all = latencies.SelectMany(some => some).Order().ToList();
        return new Measurement(
            all.Count / elapsed.TotalSeconds,
            all[all.Count / 2],
            all[Math.Min(all.Count - 1, all.Count * 99 / 100)],
            (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / all.Count,
            (GC.GetTotalAllocatedBytes() - allocated) / 1024.0 / all.Count);
    }

    /// <summary>Starts so many instances, 64 at a time, and returns their ids: each has had its first turn.</summary>
    public async Task<IReadOnlyList<string>> StartManyAsync(string orchestration, object input, int count)
    {
        var ids = new string[count];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
                ids[i] = await _client.ScheduleNewOrchestrationInstanceAsync(orchestration, input);
        }));
        return ids;
    }

    /// <summary>Starts an instance that does so many steps and then answers events.</summary>
    public async Task<string> StartRingAsync(int steps)
    {
        var (key, heard) = _echo.Expect();
        var id = await _client.ScheduleNewOrchestrationInstanceAsync(Workloads.Ring, new RingInput(steps, key));
        await heard;
        return id;
    }

    /// <summary>From an event's sending until an activity that follows from it runs, in milliseconds.</summary>
    public async Task<double> PingAsync(string id)
    {
        var (key, heard) = _echo.Expect();
        var sent = Stopwatch.GetTimestamp();
        var accepted = _client.RaiseEventAsync(id, Workloads.Ping, key);
        await heard;
        var elapsed = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
        await accepted;
        return elapsed;
    }

    public async Task<int> CountEventsAsync(string id) => (await _client.GetOrchestrationHistoryAsync(id)).Count;

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private async Task<List<double>> RunAsync(long started, TimeSpan time)
    {
        List<double> latencies = [];
        do
        {
            var begun = Stopwatch.GetTimestamp();
            var id = await _client.ScheduleNewOrchestrationInstanceAsync(Workloads.ThreeSteps, "in");
            var ended = await _client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);
            if (ended.ReadOutputAs<string>() is not "inxxx")
                throw new InvalidDataException($"The workflow ended {ended.RuntimeStatus} and answered {ended.SerializedOutput}.");
            latencies.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        while (Stopwatch.GetElapsedTime(started) < time);

        return latencies;
    }
}

/// <param name="PerSecond">Workflows ended a second.</param>
/// <param name="P50">From the call that starts one to the answer that it has ended, in milliseconds.</param>
/// <param name="P99">As before.</param>
/// <param name="CpuMicroseconds">Of this process: load generator, client, worker and hub, without the database server.</param>
/// <param name="KibAllocated">A workflow.</param>
internal sealed record Measurement(double PerSecond, double P50, double P99, double CpuMicroseconds, double KibAllocated)
{
    /// <summary>Figure by figure the median of several rounds.</summary>
    public static Measurement Median(IReadOnlyCollection<Measurement> rounds) => new(
        rounds.Select(round => round.PerSecond).Median(),
        rounds.Select(round => round.P50).Median(),
        rounds.Select(round => round.P99).Median(),
        rounds.Select(round => round.CpuMicroseconds).Median(),
        rounds.Select(round => round.KibAllocated).Median());

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{PerSecond:N0} | {P50:F2} | {P99:F2} | {CpuMicroseconds:N0} | {KibAllocated:F0}");
}
