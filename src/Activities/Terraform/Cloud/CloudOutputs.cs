using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Activities.Jira;

namespace Pao.Activities.Terraform.Cloud;

/// <summary>Reads the outputs that a document names from the workspace's state.</summary>
internal sealed class CloudOutputs(TerraformOutputs outputs)
{
    /// <exception cref="ActionFailedException">One of them is not there; or Terraform Cloud has not read the state yet, which is retryable.</exception>
    public async Task<JsonObject> ReadAsync(
        CloudClient cloud, ActionExecution execution, string workspace, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (names.Count is 0)
            return [];

        var path = $"workspaces/{workspace}/current-state-version-outputs";
        var there = (await cloud.LookAsync(path, cancellationToken))["data"] as JsonArray ?? throw cloud.Malformed(HttpMethod.Get, path);
        return await outputs.TakeAsync(execution, names, there.OfType<JsonObject>().Select(Read), output => SensitiveAsync(cloud, output, cancellationToken), cancellationToken);
    }

    // The list leaves the values of sensitive ones out.
    private static async Task<JsonNode?> SensitiveAsync(CloudClient cloud, TerraformOutput output, CancellationToken cancellationToken)
    {
        var path = $"state-version-outputs/{output.Id}";
        var attributes = ((await cloud.LookAsync(path, cancellationToken))["data"] as JsonObject)?["attributes"] as JsonObject ?? throw cloud.Malformed(HttpMethod.Get, path);
        return attributes["value"]?.DeepClone();
    }

    private static TerraformOutput Read(JsonObject output)
    {
        var attributes = output["attributes"] as JsonObject ?? [];
        return new TerraformOutput(attributes["name"].AsText() ?? "", attributes["value"], attributes["sensitive"]?.GetValueKind() is JsonValueKind.True)
        {
            Id = output["id"].AsText(),
        };
    }
}
