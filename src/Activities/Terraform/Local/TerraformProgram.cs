using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Pao.Activities.Terraform.Local;

/// <summary>Runs the <c>terraform</c> program in a folder, bounded in time and in what is kept of its words.</summary>
internal sealed class TerraformProgram(string program, string folder, IReadOnlyDictionary<string, string> environment, CancellationToken end)
{
    private const int MostWords = 16 * 1024;
    private const int MostOutput = 4 * 1024 * 1024;
    private const int Interrupt = 2;

    // Interrupted, Terraform writes down what it has made so far, and ends.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Why a mapping's program cannot be run; null when it can.</summary>
    public static string? Missing(TerraformMapping mapping, LocalTerraformOptions local) => Find(local.Program) is null
        ? $"The program '{local.Program}' is not installed here. An operator installs Terraform, or sets {mapping.ConfigurationPath}:Local:Program."
        : null;

    public static string? Find(string program) => program.Contains(Path.DirectorySeparatorChar)
        ? (File.Exists(program) ? program : null)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    /// <summary>Runs a command to its end.</summary>
    /// <returns>What it wrote to its standard output and its errors.</returns>
    /// <exception cref="OperationCanceledException">The time is over; the program and what it started have ended.</exception>
    public async Task<ProgramEnd> RunAsync(params IEnumerable<string> arguments)
    {
        using var process = new Process { StartInfo = StartInfo(arguments), EnableRaisingEvents = true };
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Exited += (_, _) => exited.TrySetResult();
        var (output, errors) = (new StringBuilder(), new StringBuilder());
        process.OutputDataReceived += (_, line) => Keep(output, line.Data, MostOutput);
        process.ErrorDataReceived += (_, line) => Keep(errors, line.Data, MostWords);
        end.ThrowIfCancellationRequested();
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(end);
        }
        catch (OperationCanceledException)
        {
            await StopAsync(process, exited.Task);
            throw;
        }

        return new ProgramEnd(process.ExitCode, output.ToString(), errors.ToString());
    }

    /// <summary>Ends the program, and what it has started: that may outlive it, and hold its output open.</summary>
    private static async Task StopAsync(Process process, Task exited)
    {
        var started = ProcessTree.Below(process.Id);
        if (OperatingSystem.IsWindows() || Kill(process.Id, Interrupt) is not 0 || await Task.WhenAny(exited, Task.Delay(Grace)) != exited)
            process.Kill(entireProcessTree: true);

        await exited;
        foreach (var survivor in started)
            using (survivor)
                survivor.Kill();
    }

    private ProcessStartInfo StartInfo(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Find(program) ?? program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false,
        };

        // Nothing of this process's own environment: it holds secrets.
        start.Environment.Clear();
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    private static void Keep(StringBuilder kept, string? line, int most)
    {
        if (line is null)
            return;

        lock (kept)
            if (kept.Length + line.Length < most)
                kept.AppendLine(line);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}

/// <param name="Code">0 when all is well.</param>
/// <param name="Output">What it was asked for.</param>
/// <param name="Errors">What it complained of.</param>
internal sealed record ProgramEnd(int Code, string Output, string Errors);
