using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Pao.Testing;

/// <summary>A folder of this repository with programs for Node and a lock file that names their packages.</summary>
/// <param name="parts">Where it is, from the root of the repository.</param>
internal sealed class NodeFolder(params string[] parts)
{
    private static readonly ConcurrentDictionary<string, Lazy<Task>> Installations = new();
    private static readonly string[] NoScripts = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];

    public string Path { get; } = System.IO.Path.Combine([Root(), .. parts]);

    /// <summary>What else the programs need; done once their packages are there.</summary>
    public Func<NodeFolder, Task>? Preparation { get; init; }

    /// <summary>Ends when the packages of the lock file are there.</summary>
    /// <exception cref="InvalidOperationException">npm could not install them; the message has what it said.</exception>
    public Task InstalledAsync() => Installations.GetOrAdd(Path, _ => new Lazy<Task>(InstallAsync)).Value;

    /// <summary>Begins a program in this folder, with all its streams in UTF-8.</summary>
    public Process Start(string program, params string[] arguments)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
            StandardErrorEncoding = utf8,
        }) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    /// <summary>What a program in this folder prints.</summary>
    /// <exception cref="InvalidOperationException">It ended with something else than 0; the message has what it said.</exception>
    public async Task<string> RunAsync(string program, string[] arguments, string input = "")
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var complaints = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} in {Path} ended with {process.ExitCode}: {await complaints}{await output}");
    }

    private async Task InstallAsync()
    {
        // npm begins by removing what is there: nobody else may install, or use what another is about to remove.
        await using var mine = await LockAsync();
        var done = new FileInfo(System.IO.Path.Combine(Path, "node_modules", ".package-lock.json"));
        if (!done.Exists || done.LastWriteTimeUtc < File.GetLastWriteTimeUtc(System.IO.Path.Combine(Path, "package-lock.json")))
            await RunAsync("npm", NoScripts);
        if (Preparation is not null)
            await Preparation(this);
    }

    /// <summary>Among all processes: another test program may use the same folder.</summary>
    private async Task<FileStream> LockAsync()
    {
        while (true)
        {
            try
            {
                return new FileStream(System.IO.Path.Combine(Path, "package.json"), FileMode.Open, FileAccess.Read, FileShare.None);
            }
            catch (IOException) when (File.Exists(System.IO.Path.Combine(Path, "package.json")))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    // The build maps the paths of sources, so the root is looked for from the program up.
    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Pao.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("Pao.sln is in no folder above the tests.");
    }
}
