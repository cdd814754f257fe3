using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests.Hostile;

/// <summary>Parsers of other people, in Node: HashiCorp's HCL 2 and Atlassian's wiki markup.</summary>
internal static class Parsers
{
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    private static string Folder { get; } =
        Path.Combine(Path.GetDirectoryName(TestCatalog.SampleFolder)!, "tests", "Catalog.Tests", "parsers");

    /// <summary>What a Terraform file says, as JSON in Terraform's way.</summary>
    public static Task<IReadOnlyList<JsonNode>> HclAsync(IReadOnlyList<string> files) => ParseAsync("hcl", files);

    /// <summary>The nodes of the Atlassian document that JIRA makes of markup.</summary>
    public static Task<IReadOnlyList<JsonNode>> JiraAsync(IReadOnlyList<string> texts) => ParseAsync("jira", texts);

    /// <returns>For each text an object with the key <c>value</c> or <c>error</c>.</returns>
    private static async Task<IReadOnlyList<JsonNode>> ParseAsync(string kind, IReadOnlyList<string> texts)
    {
        await Installed.Value;
        var asked = new JsonObject { ["kind"] = kind, ["texts"] = new JsonArray([.. texts.Select(text => (JsonNode)text)]) };
        var answers = JsonNode.Parse(await RunAsync("node", ["parse.mjs"], asked.ToJsonString()))!.AsArray();
        Assert.Equal(texts.Count, answers.Count);
        return [.. answers.Select(answer => answer!)];
    }

    private static async Task InstallAsync()
    {
        var done = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (!done.Exists || done.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            await RunAsync("npm", ["ci"], "");
        }
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
}
