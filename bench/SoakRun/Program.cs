using System.Globalization;
using Pao.Soak;
using Pao.Soak.Faults;
using Pao.Soak.Processes;

if (args is [SoakNode.Command, var number, var port, var connectionString, var lease])
{
    await SoakNode.RunAsync(
        int.Parse(number, CultureInfo.InvariantCulture),
        int.Parse(port, CultureInfo.InvariantCulture),
        connectionString,
        TimeSpan.Parse(lease, CultureInfo.InvariantCulture));
    return 0;
}

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(SoakSettings.Usage);
    return 0;
}

SoakSettings settings;
try
{
    settings = SoakSettings.Parse(args);
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync($"soak: {e.Message}");
    return 2;
}

if (Environment.GetEnvironmentVariable("PAO_TEST_POSTGRES") is not { Length: > 0 } server)
{
    await Console.Error.WriteLineAsync("soak: set PAO_TEST_POSTGRES, or start ./bench/soak, which brings a server.");
    return 2;
}

await Console.Error.WriteLineAsync($"Seed {settings.Seed}; logs in {settings.Folder}.");
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
await using var run = await SoakRun.CreateAsync(settings, server);
try
{
    var report = await run.RunAsync(stop.Token);
    Console.WriteLine(report);
    return report.IsClean ? 0 : 1;
}
catch (Exception e) when (e is FaultNotProvenException or TimeoutException)
{
    await Console.Error.WriteLineAsync($"soak: a fault did not happen, so the run shows nothing: {e.Message}");
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
