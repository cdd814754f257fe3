using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Pao.Activities.Tests;

/// <summary>The sandbox in a process of its own, as <c>./run --sandbox</c> starts it.</summary>
public sealed class SandboxProcess : IAsyncLifetime
{
    private const string Announcement = "Now listening on: ";

    private readonly Process _process = new()
    {
        StartInfo = new ProcessStartInfo("dotnet", [Assembly(), "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true },
    };

    public string Url { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var url = new TaskCompletionSource<string>();
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
                url.TrySetException(new InvalidOperationException("The sandbox ended before it listened."));
            else if (line.Data.IndexOf(Announcement, StringComparison.Ordinal) is >= 0 and var start)
                url.TrySetResult(line.Data[(start + Announcement.Length)..]);
        };
        _process.Start();
        _process.BeginOutputReadLine();
        Url = await url.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    /// <summary>What the sandbox saw of one path.</summary>
    public async Task<JsonNode[]> LedgerOfAsync(string path)
    {
        using var http = GlobalProxy.ClientWithout();
        var entries = await http.GetFromJsonAsync<JsonNode[]>($"{Url}/ledger", TestContext.Current.CancellationToken) ?? [];
        return [.. entries.Where(entry => (string?)entry["path"] == path)];
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    // Beside this assembly: bin/<project>/<configuration>.
    private static string Assembly()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(here.FullName, "..", "..", "Sandbox", here.Name, "Pao.Sandbox.dll");
    }
}
