using System.Globalization;
using System.Text.Json.Nodes;
using Pao.Activities.Jira;

namespace Pao.Activities.Terraform.Cloud;

/// <summary>The runs of a workspace: made once for an action, found again, ended.</summary>
internal sealed class CloudRuns(CloudClient cloud)
{
    private const int MostRuns = 100;

    // Each of them costs a call; a run that follows a commit is among the newest.
    private const int MostLookedInto = 20;

    public async Task<CloudRun> GetAsync(string id, CancellationToken cancellationToken)
    {
        var path = $"runs/{id}";
        return CloudRun.Read((await cloud.LookAsync(path, cancellationToken))["data"] as JsonObject) ?? throw cloud.Malformed(HttpMethod.Get, path);
    }

    /// <summary>The run that was made for an action; null when there is none.</summary>
    public async Task<CloudRun?> FindAsync(string workspace, string key, CancellationToken cancellationToken) =>
        (await ListAsync(workspace, cancellationToken)).FirstOrDefault(run => TerraformChange.IsOf(run.Message, key));

    /// <summary>The run that followed a commit; null while there is none.</summary>
    public async Task<CloudRun?> FindAsync(string workspace, string key, string commit, CancellationToken cancellationToken)
    {
        var runs = await ListAsync(workspace, cancellationToken);
        if (runs.FirstOrDefault(run => TerraformChange.IsOf(run.Message, key)) is { } named)
            return named;

        // Where a merge made a message of its own, the run's configuration says of which commit it is.
        foreach (var run in runs.Take(MostLookedInto))
        {
            var details = await cloud.LookAsync($"runs/{run.Id}?include=configuration_version.ingress_attributes", cancellationToken);
            var commits = (details["included"] as JsonArray ?? []).OfType<JsonObject>()
                .Where(included => included["type"].AsText() is "ingress-attributes")
                .Select(included => (included["attributes"] as JsonObject)?["commit-sha"].AsText());
            if (commits.Contains(commit))
                return run;
        }

        return null;
    }

    /// <summary>Makes a run of a configuration that was uploaded.</summary>
    public async Task<CloudRun> CreateAsync(string workspace, string configuration, string message, bool appliesItself, CancellationToken cancellationToken)
    {
        const string path = "runs";
        var body = new JsonObject
        {
            ["data"] = new JsonObject
            {
                ["type"] = "runs",
                ["attributes"] = new JsonObject { ["message"] = message, ["auto-apply"] = appliesItself },
                ["relationships"] = new JsonObject
                {
                    ["workspace"] = Related("workspaces", workspace), ["configuration-version"] = Related("configuration-versions", configuration),
                },
            },
        };
        return CloudRun.Read((await cloud.ReadAsync(HttpMethod.Post, path, body, cancellationToken))["data"] as JsonObject) ?? throw cloud.Malformed(HttpMethod.Post, path);
    }

    /// <summary>Confirms a plan, discards it, or cancels a run. When it is past that already, the next look tells.</summary>
    /// <returns>False when it was past that.</returns>
    public async Task<bool> ActAsync(string run, string action, string comment, CancellationToken cancellationToken)
    {
        var path = $"runs/{run}/actions/{action}";
        var answer = await cloud.AskAsync(HttpMethod.Post, path, new JsonObject { ["comment"] = comment }, cancellationToken);
        return answer.IsSuccess || (answer.Status is 409 ? false : throw cloud.Refused(HttpMethod.Post, path, answer));
    }

    private async Task<IReadOnlyList<CloudRun>> ListAsync(string workspace, CancellationToken cancellationToken)
    {
        // The newest first.
        var path = string.Create(CultureInfo.InvariantCulture, $"workspaces/{workspace}/runs?page%5Bsize%5D={MostRuns}");
        var runs = (await cloud.LookAsync(path, cancellationToken))["data"] as JsonArray ?? throw cloud.Malformed(HttpMethod.Get, path);
        return [.. runs.Select(run => CloudRun.Read(run as JsonObject) ?? throw cloud.Malformed(HttpMethod.Get, path))];
    }

    private static JsonObject Related(string type, string id) => new() { ["data"] = new JsonObject { ["type"] = type, ["id"] = id } };
}
