using System.Diagnostics;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>The worker of docs/examples/node-worker, as that page says to run it.</summary>
internal sealed class NodeWorkerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private NodeWorkerProcess(Process process) => _process = process;

    public static string Folder { get; } = Path.Combine(Repository.Root, "docs", "examples", "node-worker");

    public static async Task<NodeWorkerProcess> StartAsync(string hub, string pages)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "@microsoft", "durabletask-js")))
            await InstallAsync();

        var start = new ProcessStartInfo("node", ["worker.mjs"]) { WorkingDirectory = Folder };
        start.Environment["PAO_HUB"] = hub;
        start.Environment["PAGES"] = pages;
        return new NodeWorkerProcess(Process.Start(start) ?? throw new InvalidOperationException("node did not start."));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task InstallAsync()
    {
        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = Folder })
            ?? throw new InvalidOperationException("npm did not start.");
        await npm.WaitForExitAsync();
        Assert.True(npm.ExitCode == 0, $"npm ci in {Folder} failed; its reason is above.");
    }
}
