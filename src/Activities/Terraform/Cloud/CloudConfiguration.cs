using System.Text.Json.Nodes;
using Pao.Activities.Jira;

namespace Pao.Activities.Terraform.Cloud;

/// <summary>A configuration that is uploaded into a workspace. Without a run it changes nothing, so that one too many does no harm.</summary>
internal static class CloudConfiguration
{
    /// <returns>Its id.</returns>
    /// <exception cref="ActionFailedException">Retryable also while Terraform Cloud still unpacks it.</exception>
    public static async Task<string> UploadAsync(CloudClient cloud, string workspace, byte[] archive, CancellationToken cancellationToken)
    {
        var path = $"workspaces/{workspace}/configuration-versions";
        var body = new JsonObject
        {
            ["data"] = new JsonObject
            {
                ["type"] = "configuration-versions", ["attributes"] = new JsonObject { ["auto-queue-runs"] = false },
            },
        };
        var data = (await cloud.ReadAsync(HttpMethod.Post, path, body, cancellationToken))["data"] as JsonObject;
        if (data?["id"].AsText() is not { } id || !Uri.TryCreate((data["attributes"] as JsonObject)?["upload-url"].AsText(), UriKind.Absolute, out var address))
            throw cloud.Malformed(HttpMethod.Post, path);

        await cloud.UploadAsync(address, archive, cancellationToken);
        return id;
    }

    /// <summary>Whether it can be run.</summary>
    /// <exception cref="ActionFailedException">It could not be unpacked.</exception>
    public static async Task<bool> IsReadyAsync(CloudClient cloud, string id, CancellationToken cancellationToken)
    {
        var path = $"configuration-versions/{id}";
        var attributes = ((await cloud.GetAsync(path, cancellationToken))["data"] as JsonObject)?["attributes"] as JsonObject;
        return attributes?["status"].AsText() switch
        {
            "uploaded" => true,
            "pending" or "fetching" => false,
            "errored" => throw ActionFailure.Rejected($"Terraform Cloud could not read the configuration: {attributes["error-message"].AsText() ?? attributes["error"].AsText()}"),
            null => throw cloud.Malformed(HttpMethod.Get, path),
            var other => throw ActionFailure.Lost($"The configuration that was uploaded is {other}; it is uploaded again."),
        };
    }
}
