using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests.Schemas;

/// <summary>Ajv with the published schemas, in a Node process: what an author's editor says of a document.</summary>
internal static class SchemaJudge
{
    private static readonly string Folder = Path.Combine(TestCatalog.SampleFolder, "..", "tests", "Catalog.Tests", "ajv");

    private static readonly Lazy<Task> Installed = new(InstallAsync);

    public static string Schemas { get; } = Path.Combine(TestCatalog.SampleFolder, "schema");

    /// <returns>For each document what is wrong with it; nothing where it is valid.</returns>
    public static async Task<IReadOnlyList<string[]>> JudgeAsync(IEnumerable<JsonNode?> documents, CancellationToken cancellationToken)
    {
        await Installed.Value;
        using var node = Start("node", ["validate.mjs", Schemas]);
        var output = node.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = node.StandardError.ReadToEndAsync(cancellationToken);
        foreach (var document in documents)
        {
            await node.StandardInput.WriteLineAsync((document?.ToJsonString() ?? "null").AsMemory(), cancellationToken);
        }

        node.StandardInput.Close();
        var verdicts = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await node.WaitForExitAsync(cancellationToken);
        Assert.True(node.ExitCode == 0, $"Ajv failed: {await errors}");
        return [.. verdicts.Select(line => JsonSerializer.Deserialize<string[]>(line) ?? [])];
    }

    /// <summary>The packages that the lock file names, once.</summary>
    private static async Task InstallAsync()
    {
        var done = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (done.Exists && done.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            return;
        }

        using var npm = Start("npm", ["ci"]);
        npm.StandardInput.Close();
        var output = npm.StandardOutput.ReadToEndAsync();
        var errors = await npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync();
        Assert.True(npm.ExitCode == 0, $"npm ci in {Folder} failed: {errors}{await output}");
    }

    private static Process Start(string program, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"{program} did not start.");
}
