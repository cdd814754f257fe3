using System.Text.Json.Nodes;
using Pao.Activities.Http;
using Pao.Activities.Jira;

namespace Pao.Activities.Terraform.Cloud;

/// <summary>A workspace, as far as it matters whether it runs what an action commits.</summary>
/// <param name="Id">Such as <c>ws-…</c>.</param>
/// <param name="Name">Its name in its organization.</param>
/// <param name="WorkingDirectory">The folder of the repository that Terraform runs in; empty: not set.</param>
/// <param name="IsConnected">Whether it watches a repository.</param>
internal sealed record CloudWorkspace(string Id, string Name, string WorkingDirectory, bool IsConnected)
{
    /// <summary>The workspace of that name, which is made where the mapping says so.</summary>
    public static async Task<CloudWorkspace> FindOrMakeAsync(CloudClient cloud, string name, CancellationToken cancellationToken)
    {
        var answer = await cloud.AskAsync(HttpMethod.Get, PathOf(cloud, name), body: null, cancellationToken);
        if (answer.Status is not 404 || !cloud.Options.CreateWorkspaces)
            return Read(cloud, name, HttpMethod.Get, PathOf(cloud, name), answer);

        var path = $"organizations/{cloud.Options.Organization}/workspaces";
        var data = new JsonObject { ["type"] = "workspaces", ["attributes"] = new JsonObject { ["name"] = name } };
        if (cloud.Options.Project is { } project)
            data["relationships"] = new JsonObject { ["project"] = new JsonObject { ["data"] = new JsonObject { ["type"] = "projects", ["id"] = project } } };
        answer = await cloud.AskAsync(HttpMethod.Post, path, new JsonObject { ["data"] = data }, cancellationToken);

        // Somebody else may have made it meanwhile, or an attempt whose answer was lost.
        return answer.Status is 422 ? await FindAsync(cloud, name, cancellationToken) : Read(cloud, name, HttpMethod.Post, path, answer);
    }

    public static async Task<CloudWorkspace> FindAsync(CloudClient cloud, string name, CancellationToken cancellationToken) => Read(
        cloud, name, HttpMethod.Get, PathOf(cloud, name), await cloud.AskAsync(HttpMethod.Get, PathOf(cloud, name), body: null, cancellationToken));

    private static string PathOf(CloudClient cloud, string name) => $"organizations/{cloud.Options.Organization}/workspaces/{name}";

    private static CloudWorkspace Read(CloudClient cloud, string name, HttpMethod method, string path, HttpAnswer answer)
    {
        if (!answer.IsSuccess)
            throw cloud.Refused(method, path, answer);

        var data = (answer.Body as JsonObject)?["data"] as JsonObject;
        var attributes = data?["attributes"] as JsonObject;
        return data?["id"].AsText() is { } id && attributes is not null
            ? new CloudWorkspace(
                id, name, attributes["working-directory"].AsText()?.Trim('/') ?? "", attributes["vcs-repo"] is JsonObject || attributes["vcs-repo-identifier"].AsText() is not null)
            : throw cloud.Malformed(method, path);
    }

    /// <summary>Finds out before anything is committed that a run would not see it.</summary>
    /// <exception cref="ActionFailedException">It would not.</exception>
    public void Check(TerraformMapping mapping, TerraformFile file, TerraformRunSource source)
    {
        if (source is TerraformRunSource.Vcs && !IsConnected)
            throw ActionFailure.Rejected(
                $"The workspace {Name} is connected with no repository, so that no run follows a commit. Connect it, or set {mapping.ConfigurationPath}:TerraformCloud:Source to Upload.");

        // Terraform reads the files of one folder; those below it only as modules.
        // And one workspace is of one folder: a run destroys what its configuration does not have.
        var folder = mapping.InRepository(file.Folder).Trim('/');
        var works = (WorkingDirectory.Length > 0, source) switch
        {
            (true, _) => WorkingDirectory,
            (_, TerraformRunSource.Vcs) => "",
            _ => mapping.HasWorkspacePerFolder ? folder : mapping.Folder,
        };
        if (folder != works)
            throw ActionFailure.Rejected(
                $"The workspace {Name} runs in the folder '{works}' of the repository, and {file.Name} belongs into '{folder}', where it would not be read. "
                + $"Set the workspace's working directory, the document's 'filename', or {mapping.ConfigurationPath}:TerraformCloud:Workspace to one for each {{folder}}.");
    }
}
