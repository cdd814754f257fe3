using System.Diagnostics;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>Signers from npm, installed when they are needed.</summary>
internal static class Signers
{
    private static readonly Lazy<Task> Installed = new(InstallOnceAsync);

    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "EndToEnd.Tests", "Signers");

    public static Task InstallAsync() => Installed.Value;

    private static async Task InstallOnceAsync()
    {
        if (Directory.Exists(Path.Combine(Folder, "node_modules", "aws4fetch")))
            return;

        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = Folder })
            ?? throw new InvalidOperationException("npm did not start.");
        await npm.WaitForExitAsync();
        Assert.True(npm.ExitCode == 0, $"npm ci in {Folder} failed; its reason is above.");
    }
}
