using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Pao.Cli.Tests;

/// <summary>The built program, run as people run it: in a process of its own.</summary>
internal static class PaoCommand
{
    private static readonly NodeFolder Sarif = new("tests", "Cli.Tests", "sarif");

    public static string Repository { get; } = FindRoot();

    // Beside this assembly: bin/<project>/<configuration>.
    private static string Program { get; } =
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "Pao.Cli.dll"));

    public static Task<Ended> RunAsync(params string[] arguments) => RunInAsync(Repository, arguments);

    /// <summary>With something to read on its stdin.</summary>
    public static Task<Ended> RunWithAsync(string input, params string[] arguments) =>
        StartAsync(new ProcessStartInfo("dotnet", [Program, .. arguments]) { WorkingDirectory = Repository }, input);

    public static Task<Ended> RunInAsync(string folder, params string[] arguments) =>
        StartAsync(new ProcessStartInfo("dotnet", [Program, .. arguments]) { WorkingDirectory = folder });

    /// <summary>With environment variables; null takes one away.</summary>
    public static Task<Ended> RunWithAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { WorkingDirectory = Repository };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return StartAsync(start);
    }

    /// <summary>With a terminal for its output, which <c>script</c> makes.</summary>
    public static Task<Ended> RunOnTerminalAsync(bool wantsColour, params string[] arguments)
    {
        var line = string.Join(' ', new[] { "dotnet", Program }.Concat(arguments).Select(argument => $"'{argument}'"));
        var start = new ProcessStartInfo("script", ["--quiet", "--return", "--command", line, "/dev/null"]) { WorkingDirectory = Repository };
        start.Environment["TERM"] = "xterm";
        start.Environment["NO_COLOR"] = wantsColour ? "" : "1";
        return StartAsync(start);
    }

    /// <summary>What the published schema of SARIF says of a log; nothing when it is valid.</summary>
    public static async Task<string[]> JudgeSarifAsync(string log)
    {
        await Sarif.InstalledAsync();
        var judged = await Sarif.RunAsync("node", ["validate.mjs"], log);
        return [.. JsonNode.Parse(judged)!.AsArray().Select(error => (string)error!)];
    }

    private static async Task<Ended> StartAsync(ProcessStartInfo start, string input = "")
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        var cancellation = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.StandardInput.WriteAsync(input.AsMemory(), cancellation);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellation);
        return new Ended(process.ExitCode, await output, await errors);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Pao.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("Pao.sln is not above the test.");
        return folder.FullName;
    }
}

/// <summary>What a process came to.</summary>
internal sealed record Ended(int ExitCode, string Output, string Errors);
