using System.Diagnostics;
using System.Text.Json;

namespace Pao.Bench;

/// <summary>This program again, as a process of its own that answers lines of its input with lines of JSON.</summary>
internal sealed class Child : IDisposable
{
    public const string Word = "child";

    private readonly Process _process;

    private Child(Process process) => _process = process;

    public static Child Start(string task, Store store, params ReadOnlySpan<string> more)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath ?? throw new InvalidOperationException("This program has no file."))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // Under `dotnet Bench.dll` the program is dotnet, and the file its first argument.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        foreach (var argument in (string[])[Word, task, store.ConnectionString ?? "", store.Folder, .. more])
            start.ArgumentList.Add(argument);
        return new Child(Process.Start(start) ?? throw new InvalidOperationException("This program did not start again."));
    }

    public async Task<T> ReadAsync<T>()
    {
        var line = await _process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("A process of the benchmark ended without its figures.");
        return JsonSerializer.Deserialize<T>(line) ?? throw new InvalidDataException("A process of the benchmark answered null.");
    }

    public Task TellAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(30)))
            _process.Kill();
        _process.Dispose();
    }

    /// <summary>What the child does, started by <see cref="Start"/>.</summary>
    public static async Task<int> RunAsync(string task, string connectionString, string folder, string[] more)
    {
        var store = Store.Existing(connectionString.Length > 0 ? connectionString : null, folder);
        await using var engine = await Engine.StartAsync(store);
        Tell(new Ready((TimeProvider.System.GetLocalNow() - Process.GetCurrentProcess().StartTime).TotalMilliseconds));
        switch (task)
        {
            case "load":
                await Growth.Processes.LoadAsync(engine, more);
                break;
            case "waiting":
                await Growth.Waiting.MeasureAsync(engine);
                break;
            case "timers":
                await Growth.Timers.MeasureAsync(store, more);
                break;
            default:
                throw new ArgumentException($"There is no task '{task}'.");
        }

        return 0;
    }

    public static void Tell<T>(T figures)
    {
        Console.WriteLine(JsonSerializer.Serialize(figures));
        Console.Out.Flush();
    }

    public static string Hear() => Console.ReadLine() ?? throw new InvalidOperationException("The benchmark that started this process is gone.");
}

/// <param name="Milliseconds">From the process's start until its hub was ready.</param>
internal sealed record Ready(double Milliseconds);

/// <param name="WorkingSetMib">Of the whole process.</param>
/// <param name="HeapMib">Of it, what is reachable for .NET after a full collection.</param>
internal sealed record Memory(double WorkingSetMib, double HeapMib)
{
    public static Memory Now() => new(Environment.WorkingSet / 1048576.0, GC.GetTotalMemory(forceFullCollection: true) / 1048576.0);
}
