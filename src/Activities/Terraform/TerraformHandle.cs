using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Activities.Terraform;

/// <summary>How far an action has come: the pull request, the commit, the run.</summary>
internal sealed record TerraformHandle(string Mapping)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The number of the pull request.</summary>
    public int? Pull { get; init; }

    /// <summary>What is upon the branch: null while the pull request is open.</summary>
    public string? Commit { get; init; }

    /// <summary>The workspace, by its id.</summary>
    public string? Workspace { get; init; }

    public string? WorkspaceName { get; init; }

    /// <summary>The configuration that was uploaded, by its id, while Terraform Cloud unpacks it.</summary>
    public string? Configuration { get; init; }

    /// <summary>The commit whose files were uploaded: the branch's head, which has this action's commit and those of others.</summary>
    public string? Uploaded { get; init; }

    /// <summary>The run, by its id; null while there is none.</summary>
    public string? Run { get; init; }

    public static TerraformHandle Read(JsonObject handle) =>
        handle.Deserialize<TerraformHandle>(Json) is { Mapping: not null } read ? read : throw new InvalidOperationException("The handle is of no Terraform action.");

    public JsonObject ToJson() => (JsonObject)JsonSerializer.SerializeToNode(this, Json)!;
}
