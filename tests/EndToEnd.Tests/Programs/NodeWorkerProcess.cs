using System.Diagnostics;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>The worker of docs/examples/node-worker, as that page says to run it.</summary>
internal sealed class NodeWorkerProcess : IAsyncDisposable
{
    private static readonly NodeFolder Node = new("docs", "examples", "node-worker");

    private readonly Process _process;

    private NodeWorkerProcess(Process process) => _process = process;

    public static string Folder => Node.Path;

    public static async Task<NodeWorkerProcess> StartAsync(string hub, string pages)
    {
        await Node.InstalledAsync();
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
}
