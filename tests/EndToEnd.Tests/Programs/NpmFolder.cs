using System.Diagnostics;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>A folder with a lock file of npm's.</summary>
internal static class NpmFolder
{
    /// <summary>Installs what the lock file names, unless this package of it is there.</summary>
    public static async Task InstallAsync(string folder, params string[] package)
    {
        if (Directory.Exists(Path.Combine([folder, "node_modules", .. package])))
            return;

        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = folder })
            ?? throw new InvalidOperationException("npm did not start.");
        await npm.WaitForExitAsync();
        Assert.True(npm.ExitCode == 0, $"npm ci in {folder} failed; its reason is above.");
    }
}
