using System.Text.Json.Nodes;
using Pao.Activities.Jira;

namespace Pao.Activities.Terraform.Cloud;

/// <summary>Reads the outputs that a document names from the workspace's state.</summary>
internal static class CloudOutputs
{
    /// <exception cref="ActionFailedException">One of them is not there; or Terraform Cloud has not read the state yet, which is retryable.</exception>
    public static async Task<JsonObject> ReadAsync(CloudClient cloud, string workspace, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (names.Count is 0)
            return [];

        var path = $"workspaces/{workspace}/current-state-version-outputs";
        var there = (await cloud.GetAsync(path, cancellationToken))["data"] as JsonArray ?? throw cloud.Malformed(HttpMethod.Get, path);
        var attributes = there.OfType<JsonObject>().Select(output => output["attributes"]).OfType<JsonObject>().ToList();
        return TerraformOutputs.Pick(names, attributes.Select(output => new TerraformOutput(
            output["name"].AsText() ?? "", output["value"], output["sensitive"] is JsonValue flag && flag.GetValueKind() is System.Text.Json.JsonValueKind.True)));
    }
}
