using System.Text.Json.Nodes;
using Pao.Activities.Jira;

namespace Pao.Activities.Terraform.Cloud;

/// <summary>Values that no file may hold: variables of the workspace that nobody can read again.</summary>
internal static class CloudVariables
{
    /// <summary>Sets them. One that is there is set anew, so that it may be done twice.</summary>
    public static async Task SetAsync(CloudClient cloud, string workspace, IReadOnlyDictionary<string, string> secrets, CancellationToken cancellationToken)
    {
        if (secrets.Count is 0)
            return;

        var path = $"workspaces/{workspace}/vars";
        var there = (await cloud.GetAsync(path, cancellationToken))["data"] as JsonArray ?? throw cloud.Malformed(HttpMethod.Get, path);
        foreach (var (name, value) in secrets)
        {
            var known = there.OfType<JsonObject>().FirstOrDefault(variable =>
                (variable["attributes"] as JsonObject)?["key"].AsText() == name && (variable["attributes"] as JsonObject)?["category"].AsText() is "terraform");
            var data = new JsonObject
            {
                ["type"] = "vars",
                ["attributes"] = new JsonObject { ["key"] = name, ["value"] = value, ["category"] = "terraform", ["hcl"] = false, ["sensitive"] = true },
            };
            if (known?["id"].AsText() is { } id)
                data["id"] = id;
            await cloud.ReadAsync(
                known is null ? HttpMethod.Post : HttpMethod.Patch, known is null ? path : $"{path}/{data["id"]}", new JsonObject { ["data"] = data }, cancellationToken);
        }
    }
}
