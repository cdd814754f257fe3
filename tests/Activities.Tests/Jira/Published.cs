using System.Text.Json.Nodes;

namespace Pao.Activities.Tests.Jira;

/// <summary>What Atlassian publishes, in Node: its reader of wiki markup, its schema of documents, its description of the API.</summary>
internal static class Published
{
    private static readonly NodeCheck Node = new("Jira");

    /// <summary>The nodes that Atlassian's reader makes of markup.</summary>
    public static Task<IReadOnlyList<JsonNode>> ReadAsync(IEnumerable<string> markup) =>
        Node.JudgeAsync("wiki", markup.Select(text => (JsonNode)text));

    /// <summary>What Atlassian's schema says of documents.</summary>
    public static Task<IReadOnlyList<JsonNode>> DocumentsAsync(IEnumerable<JsonObject> documents) => Node.JudgeAsync("adf", documents);

    /// <summary>What the description of the API says of calls and their answers.</summary>
    public static Task<IReadOnlyList<JsonNode>> TrafficAsync(IEnumerable<JsonNode> exchanges)
    {
        var description = Path.Combine(Node.Home, "specs", "jira-cloud-v3.json");
        Assert.True(File.Exists(description), $"{description} is missing: specs/README.md says where it comes from.");
        return Node.JudgeAsync("traffic", exchanges);
    }
}
