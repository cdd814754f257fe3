using Pao.Activities.GitHub;
using Pao.Activities.Terraform.Cloud;
using Pao.Activities.Terraform.Repositories;

namespace Pao.Activities.Terraform;

/// <summary>Ends what is not wanted any more: closes the pull request, cancels or discards the run. What is committed stays.</summary>
internal sealed class TerraformCancellation(TerraformMappings mappings, GitHubClients github, CloudClients clouds)
{
    /// <exception cref="ActionFailedException">It could not be ended; a person has to do it.</exception>
    public async Task CancelAsync(ActionExecution execution, TerraformHandle handle, string reason, CancellationToken cancellationToken)
    {
        var mapping = mappings.Get(handle.Mapping);
        if (handle is { Commit: null, Pull: { } number })
        {
            var repository = new MappedRepository(await github.OpenAsync(execution, mapping.Repository, cancellationToken), mapping);
            if ((await PullRequest.LookAsync(repository, number, cancellationToken)).State is PullState.Open)
                await PullRequest.CloseAsync(repository, number, cancellationToken);
            return;
        }

        if (handle.Workspace is not { } workspace || await clouds.OpenAsync(mapping, execution, cancellationToken) is not { } cloud)
            return;

        var runs = new CloudRuns(cloud);
        var run = handle.Run is { } id
            ? await runs.GetAsync(id, cancellationToken)
            : await runs.FindAsync(workspace, execution.IdempotencyKey, cancellationToken);
        if (run is null || run.Outcome is not RunOutcome.GoesOn)
            return;

        var action = run.IsDiscardable ? "discard" : run.IsCancelable ? "cancel" : null;
        if (action is null || !await runs.ActAsync(run.Id, action, $"This is not needed any more: {reason}", cancellationToken))
            throw ActionFailure.Rejected(
                $"Run {run.Id} is {run.Status}, and Terraform Cloud does not let it be ended now. End it by hand: {TerraformProgress.UrlOf(mapping, handle.WorkspaceName, run.Id)}.");
    }
}
