using System.Text.Json.Nodes;
using Pao.Catalog;

namespace Pao.Activities.GitHub.Runs;

/// <summary>Starts a workflow on GitHub, and waits until its run has ended.</summary>
internal sealed class GitHubWorkflowExecutor(GitHubOwners owners, RunStart start, RunFollowing following, RunCancellation cancellation) : IFollowedExecutor
{
    public string Type => ActionTypes.GitHubWorkflow;

    public ActionNeeds Needs(JsonObject config)
    {
        var repository = config["repository"] as JsonObject;
        var (owner, name) = (repository?["owner"]?.ToString() ?? "", repository?["name"]?.ToString() ?? "");
        if (!GitHubRepository.IsOwner(owner))
            return new ActionNeeds(System: null); // a template decides, or what is wrong is told when it is carried out

        if (owners.Find(owner) is not { } found)
            return new ActionNeeds(System: null, GitHubOwners.Missing(owner));

        var refused = GitHubRepository.IsName(name) ? found.WhyRefused(new GitHubRepository(owner, name)) : null;
        return new ActionNeeds(found.System, owners.SecretMissing(found) ?? refused);
    }

    public Task<ActionProgress> StartAsync(ActionExecution execution, CancellationToken cancellationToken) => start.StartAsync(execution, cancellationToken);

    public Task<ProbeVerdict> ProbeAsync(ActionExecution execution, CancellationToken cancellationToken) => start.ProbeAsync(execution, cancellationToken);

    public Task<ActionProgress> FollowAsync(ActionExecution execution, JsonObject handle, CancellationToken cancellationToken) =>
        following.FollowAsync(execution, RunHandle.Read(handle), cancellationToken);

    public Task CancelAsync(ActionExecution execution, JsonObject handle, string reason, CancellationToken cancellationToken) =>
        cancellation.CancelAsync(execution, RunHandle.Read(handle), cancellationToken);
}
