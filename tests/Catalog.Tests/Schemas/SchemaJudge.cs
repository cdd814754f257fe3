using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests.Schemas;

/// <summary>Ajv with the published schemas, in a Node process: what an author's editor says of a document.</summary>
internal static class SchemaJudge
{
    private static readonly NodeFolder Node = new("tests", "Catalog.Tests", "ajv");

    public static string Schemas { get; } = Path.Combine(TestCatalog.SampleFolder, "schema");

    /// <returns>For each document what is wrong with it; nothing where it is valid.</returns>
    public static async Task<IReadOnlyList<string[]>> JudgeAsync(IEnumerable<JsonNode?> documents, CancellationToken cancellationToken)
    {
        await Node.InstalledAsync();
        using var node = Node.Start("node", "validate.mjs", Schemas);
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
}
