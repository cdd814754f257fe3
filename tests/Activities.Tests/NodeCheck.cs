using System.Text.Json.Nodes;

namespace Pao.Activities.Tests;

/// <summary>What others publish, in Node: a folder with packages and a <c>check.mjs</c> that judges by them.</summary>
/// <param name="feature">The folder of the tests that it belongs to.</param>
/// <param name="preparation">What else is needed beside the packages; done once they are there.</param>
internal sealed class NodeCheck(string feature, Func<NodeFolder, Task>? preparation = null)
{
    private readonly NodeFolder _node = new("tests", "Activities.Tests", feature, "node") { Preparation = preparation };

    /// <summary>Where the feature's tests are.</summary>
    public string Home => Path.GetDirectoryName(_node.Path)!;

    /// <returns>For each item an object with the key <c>value</c> or <c>error</c>.</returns>
    public async Task<IReadOnlyList<JsonNode>> JudgeAsync(string kind, IEnumerable<JsonNode> items)
    {
        await _node.InstalledAsync();
        var asked = new JsonObject { ["kind"] = kind, ["items"] = new JsonArray([.. items.Select(item => item.DeepClone())]) };
        var answers = JsonNode.Parse(await _node.RunAsync("node", ["check.mjs"], asked.ToJsonString()))!.AsArray();
        Assert.Equal(asked["items"]!.AsArray().Count, answers.Count);
        return [.. answers.Select(answer => answer!)];
    }
}
