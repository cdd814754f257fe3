using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Pao.Activities.Tests;

/// <summary>What others publish, in Node: a folder with packages and a <c>check.mjs</c> that judges by them.</summary>
/// <param name="feature">The folder of the tests that it belongs to.</param>
/// <param name="prepare">What else is needed beside the packages; done once they are there.</param>
internal sealed class NodeFolder(string feature, Func<NodeFolder, Task>? prepare = null)
{
    private readonly Lock _gate = new();
    private Task? _installed;

    /// <summary>Where the feature's tests are.</summary>
    public string Home { get; } = Path.Combine(Tests(), feature);

    public string Folder => Path.Combine(Home, "node");

    /// <returns>For each item an object with the key <c>value</c> or <c>error</c>.</returns>
    public async Task<IReadOnlyList<JsonNode>> CheckAsync(string kind, IEnumerable<JsonNode> items)
    {
        await InstalledAsync();
        var asked = new JsonObject { ["kind"] = kind, ["items"] = new JsonArray([.. items.Select(item => item.DeepClone())]) };
        var answers = JsonNode.Parse(await RunAsync("node", ["check.mjs"], asked.ToJsonString()))!.AsArray();
        Assert.Equal(asked["items"]!.AsArray().Count, answers.Count);
        return [.. answers.Select(answer => answer!)];
    }

    public async Task<string> RunAsync(string program, string[] arguments, string input = "")
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
        }) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var complaints = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} in {Folder} ended with {process.ExitCode}: {await complaints}{await output}");
    }

    private Task InstalledAsync()
    {
        lock (_gate)
            return _installed ??= InstallAsync();
    }

    private async Task InstallAsync()
    {
        var done = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (!done.Exists || done.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
            await RunAsync("npm", ["ci", "--ignore-scripts"]);
        if (prepare is not null)
            await prepare(this);
    }

    // The build maps the path of sources, so the folder is looked for from the assembly up.
    private static string Tests()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Pao.sln")))
                return Path.Combine(folder.FullName, "tests", "Activities.Tests");
        }

        throw new InvalidOperationException("Pao.sln is in no folder above the tests.");
    }
}
