using System.Text.Json.Nodes;
using Pao.Activities.Jira;

namespace Pao.Activities.Terraform.Cloud;

/// <summary>A configuration that is uploaded into a workspace. Without a run it changes nothing, so that one too many does no harm.</summary>
internal static class CloudConfiguration
{
    /// <returns>Its id.</returns>
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

    /// <exception cref="ActionFailedException">It could not be unpacked.</exception>
    public static async Task<ConfigurationState> LookAsync(CloudClient cloud, string id, CancellationToken cancellationToken)
    {
        var path = $"configuration-versions/{id}";
        var attributes = ((await cloud.GetAsync(path, cancellationToken))["data"] as JsonObject)?["attributes"] as JsonObject;
        return attributes?["status"].AsText() switch
        {
            "uploaded" => ConfigurationState.Ready,
            "pending" or "fetching" => ConfigurationState.Unpacked,
            "errored" => throw ActionFailure.Rejected($"Terraform Cloud could not read the configuration: {attributes["error-message"].AsText() ?? attributes["error"].AsText()}"),
            null => throw cloud.Malformed(HttpMethod.Get, path),
            _ => ConfigurationState.Gone,
        };
    }
}

internal enum ConfigurationState
{
    /// <summary>Terraform Cloud is at it.</summary>
    Unpacked,

    /// <summary>It can be run.</summary>
    Ready,

    /// <summary>It was put away, and has to be uploaded again.</summary>
    Gone,
}
