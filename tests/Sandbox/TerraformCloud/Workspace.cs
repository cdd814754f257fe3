using System.Text.Json.Nodes;

namespace Pao.Sandbox.TerraformCloud;

/// <summary>One workspace: its configurations, runs, variables and what its state has.</summary>
internal sealed class Workspace(string id, string organization, string name, TerraformSettings settings)
{
    public string Id => id;

    public string Organization => organization;

    public string Name => name;

    public TerraformSettings Settings { get; set; } = settings;

    public List<Configuration> Configurations { get; } = [];

    /// <summary>The newest last.</summary>
    public List<Run> Runs { get; } = [];

    public List<JsonObject> Variables { get; } = [];

    public Dictionary<string, (string Id, JsonNode Value, bool IsSensitive)> Outputs { get; } = [];

    public int OutputsLate { get; set; }

    public JsonObject ToJson() => new()
    {
        ["id"] = id,
        ["type"] = "workspaces",
        ["attributes"] = new JsonObject
        {
            ["name"] = name,
            ["auto-apply"] = Settings.AutoApply,
            ["execution-mode"] = "remote",
            ["locked"] = false,
            ["operations"] = true,
            ["terraform-version"] = "1.11.4",
            ["working-directory"] = Settings.WorkingDirectory.Length > 0 ? Settings.WorkingDirectory : null,
            ["vcs-repo-identifier"] = Settings.Repository,
            ["vcs-repo"] = Settings.Repository is { } repository
                ? new JsonObject { ["identifier"] = repository, ["display-identifier"] = repository, ["branch"] = Settings.Branch, ["ingress-submodules"] = false }
                : null,
        },
        ["links"] = new JsonObject { ["self"] = $"/api/v2/organizations/{organization}/workspaces/{name}" },
    };

    /// <summary>What a run has applied becomes the state.</summary>
    public void Apply(Run run, Func<string> newId)
    {
        // Without a working directory, Terraform runs at the archive's root.
        foreach (var (output, value, isSensitive) in run.Configuration.OutputsIn(Settings.WorkingDirectory))
            Outputs[output] = (newId(), value, isSensitive);
        OutputsLate = Settings.OutputsLate;
    }
}
