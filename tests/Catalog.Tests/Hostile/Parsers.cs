using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests.Hostile;

/// <summary>Parsers of other people, in Node: HashiCorp's HCL 2 and Atlassian's wiki markup.</summary>
internal static class Parsers
{
    private static readonly NodeFolder Node = new("tests", "Catalog.Tests", "parsers");

    /// <summary>What a Terraform file says, as JSON in Terraform's way.</summary>
    public static Task<IReadOnlyList<JsonNode>> HclAsync(IReadOnlyList<string> files) => ParseAsync("hcl", files);

    /// <summary>The nodes of the Atlassian document that JIRA makes of markup.</summary>
    public static Task<IReadOnlyList<JsonNode>> JiraAsync(IReadOnlyList<string> texts) => ParseAsync("jira", texts);

    /// <returns>For each text an object with the key <c>value</c> or <c>error</c>.</returns>
    private static async Task<IReadOnlyList<JsonNode>> ParseAsync(string kind, IReadOnlyList<string> texts)
    {
        await Node.InstalledAsync();
        var asked = new JsonObject { ["kind"] = kind, ["texts"] = new JsonArray([.. texts.Select(text => (JsonNode)text)]) };
        var answers = JsonNode.Parse(await Node.RunAsync("node", ["parse.mjs"], asked.ToJsonString()))!.AsArray();
        Assert.Equal(texts.Count, answers.Count);
        return [.. answers.Select(answer => answer!)];
    }
}
