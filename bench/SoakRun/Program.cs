using System.Globalization;
using Pao.Soak;
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
var report = await run.RunAsync(stop.Token);
Console.WriteLine(report);
return report.IsClean ? 0 : 1;
