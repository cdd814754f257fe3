using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.DurableTask.Worker;
using Pao.Soak.Programs;
using Pao.TaskHub;

namespace Pao.Soak.Processes;

/// <summary>One of the processes under test: a hub, a worker, and the hub served to the driver. It ends with its input.</summary>
internal static class SoakNode
{
    public const string Command = "node";

    /// <summary>The question about this process's clock; the answer is these words and its UTC milliseconds since 1970.</summary>
    public const string AskForTime = "time";

    public static async Task RunAsync(int number, int port, string connectionString, TimeSpan lease)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Pao.TaskHub", LogLevel.Information)
            .AddFilter("Pao.DurableTask.Worker", LogLevel.Error); // activities fail on purpose
        builder.Services.AddTaskHub(hub => (hub.ConnectionString, hub.Lease) = (connectionString, lease));
        builder.Services.AddTaskHubServer(server => server.Urls = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        builder.Services.AddDurableTaskWorker(worker => worker
            .UseWorkItemFilters()
            .AddTasks(tasks => SoakTasks.Register(tasks, number)));

        using var host = builder.Build();
        await host.StartAsync();
        while (await Console.In.ReadLineAsync() is { } line)
            if (line == AskForTime)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{AskForTime} {TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}"));

        await host.StopAsync();
    }
}
