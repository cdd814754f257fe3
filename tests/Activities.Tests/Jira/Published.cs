using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Pao.Activities.Tests.Jira;

/// <summary>What Atlassian publishes, in Node: its reader of wiki markup, its schema of documents, its description of the API.</summary>
internal static class Published
{
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    private static string Folder { get; } = Path.Combine(Here(), "node");

    /// <summary>The nodes that Atlassian's reader makes of markup.</summary>
    public static Task<IReadOnlyList<JsonNode>> ReadAsync(IEnumerable<string> markup) =>
        CheckAsync("wiki", markup.Select(text => (JsonNode)text));

    /// <summary>What Atlassian's schema says of documents.</summary>
    public static Task<IReadOnlyList<JsonNode>> DocumentsAsync(IEnumerable<JsonObject> documents) => CheckAsync("adf", documents);

    /// <summary>What the description of the API says of calls and their answers.</summary>
    public static Task<IReadOnlyList<JsonNode>> TrafficAsync(IEnumerable<JsonNode> exchanges)
    {
        var description = Path.Combine(Here(), "specs", "jira-cloud-v3.json");
        Assert.True(File.Exists(description), $"{description} is missing: specs/README.md says where it comes from.");
        return CheckAsync("traffic", exchanges);
    }

    /// <returns>For each item an object with the key <c>value</c> or <c>error</c>.</returns>
    private static async Task<IReadOnlyList<JsonNode>> CheckAsync(string kind, IEnumerable<JsonNode> items)
    {
        await Installed.Value;
        var asked = new JsonObject { ["kind"] = kind, ["items"] = new JsonArray([.. items.Select(item => item.DeepClone())]) };
        var answers = JsonNode.Parse(await RunAsync("node", ["check.mjs"], asked.ToJsonString()))!.AsArray();
        Assert.Equal(asked["items"]!.AsArray().Count, answers.Count);
        return [.. answers.Select(answer => answer!)];
    }

    private static async Task InstallAsync()
    {
        var done = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (!done.Exists || done.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
            await RunAsync("npm", ["ci", "--ignore-scripts"], "");
    }

    private static async Task<string> RunAsync(string program, string[] arguments, string input)
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

    // The build maps the path of sources, so the folder is looked for from the assembly up.
    private static string Here()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Pao.sln")))
                return Path.Combine(folder.FullName, "tests", "Activities.Tests", "Jira");
        }

        throw new InvalidOperationException("Pao.sln is in no folder above the tests.");
    }
}
