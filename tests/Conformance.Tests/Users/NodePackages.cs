using System.Diagnostics;

namespace Pao.Conformance.Tests.Users;

/// <summary>The packages that the lock file names, installed once.</summary>
internal static class NodePackages
{
    private static readonly Lazy<Task> Installed = new(RunAsync);

    public static string Folder { get; } = Path.Combine(SourceFolder(), "..", "node");

    public static Task InstallAsync() => Installed.Value;

    private static async Task RunAsync()
    {
        var done = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (done.Exists && done.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
            return;

        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci"])
        {
            WorkingDirectory = Folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("npm did not start.");
        var output = npm.StandardOutput.ReadToEndAsync();
        var errors = await npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync();
        if (npm.ExitCode != 0)
            throw new InvalidOperationException($"npm ci in {Folder} failed: {errors}{await output}");
    }

    private static string SourceFolder()
    {
        // The compiler's path may be mapped to a neutral one: the folder is looked for from the program upwards.
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var users = Path.Combine(folder.FullName, "tests", "Conformance.Tests", "Users");
            if (Directory.Exists(users))
                return users;
        }

        throw new DirectoryNotFoundException("The suite's Node programs lie in tests/Conformance.Tests/node of the checkout, which was not found.");
    }
}
