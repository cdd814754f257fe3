using System.Text.Json.Nodes;
using Pao.Activities.Jira;

namespace Pao.Activities.Terraform.Cloud;

/// <summary>A workspace, as far as it matters whether it runs what an action commits.</summary>
/// <param name="Id">Such as <c>ws-…</c>.</param>
/// <param name="Name">Its name in its organization.</param>
/// <param name="WorkingDirectory">The folder of the repository that Terraform runs in; empty: not set.</param>
/// <param name="IsConnected">Whether it watches a repository.</param>
internal sealed record CloudWorkspace(string Id, string Name, string WorkingDirectory, bool IsConnected)
{
    public static async Task<CloudWorkspace> FindAsync(CloudClient cloud, string name, CancellationToken cancellationToken)
    {
        var path = $"organizations/{cloud.Options.Organization}/workspaces/{name}";
        var data = (await cloud.GetAsync(path, cancellationToken))["data"] as JsonObject;
        var attributes = data?["attributes"] as JsonObject;
        return data?["id"].AsText() is { } id && attributes is not null
            ? new CloudWorkspace(
                id, name, attributes["working-directory"].AsText()?.Trim('/') ?? "", attributes["vcs-repo"] is JsonObject || attributes["vcs-repo-identifier"].AsText() is not null)
            : throw cloud.Malformed(HttpMethod.Get, path);
    }

    /// <summary>Finds out before anything is committed that a run would not see it.</summary>
    /// <exception cref="ActionFailedException">It would not.</exception>
    public void Check(TerraformMapping mapping, TerraformFile file, TerraformRunSource source)
    {
        if (source is TerraformRunSource.Vcs && !IsConnected)
            throw ActionFailure.Rejected(
                $"The workspace {Name} is connected with no repository, so that no run follows a commit. Connect it, or set {mapping.ConfigurationPath}:TerraformCloud:Source to Upload.");

        // Terraform reads the files of one folder; those below it only as modules.
        var folder = mapping.InRepository(file.Folder).Trim('/');
        if (folder != WorkingDirectory && (source is TerraformRunSource.Vcs || WorkingDirectory.Length > 0))
            throw ActionFailure.Rejected(
                $"The workspace {Name} runs in the folder '{WorkingDirectory}' of the repository, and {file.Name} belongs into '{folder}', where it would not be read. "
                + "Set the workspace's working directory, or the document's 'filename'.");
    }
}
