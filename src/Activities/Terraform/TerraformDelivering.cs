using Pao.Activities.GitHub;
using Pao.Activities.Secrets;
using Pao.Activities.Terraform.Cloud;
using Pao.Activities.Terraform.Local;
using Pao.Activities.Terraform.Repositories;

namespace Pao.Activities.Terraform;

/// <summary>Writes the file of an action where its mapping wants it, or finds what an earlier attempt wrote.</summary>
internal sealed class TerraformDelivering(
    TerraformMappings mappings, GitHubClients github, CloudClients clouds, SecretStore store, LocalTerraform local)
{
    public async Task<ActionProgress> StartAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var mapping = MappingOf(execution);
        var change = TerraformChange.Read(execution, mapping, await store.OpenAsync(execution, cancellationToken));
        if (mapping.Options.Local is { } folder)
            return new ActionProgress.Done(await local.ApplyAsync(mapping, folder, change, execution, cancellationToken));

        var handle = await BranchCommit.PrepareAsync(() => PrepareAsync(execution, mapping, change, cancellationToken));
        var repository = new MappedRepository(await github.OpenAsync(execution, mapping.Repository, cancellationToken), mapping);
        var head = await BranchCommit.PrepareAsync(() => repository.HeadAsync(cancellationToken));
        if (await BranchCommit.PrepareAsync(() => repository.HoldsAsync(head, change, execution.RequestId, cancellationToken)))
        {
            // The file has the action's key in it: nobody else can have written just this.
            var there = await BranchCommit.PrepareAsync(() => repository.FindCommitAsync(change.Key, change.File, cancellationToken));
            return Committed(handle, change, repository, there ?? head.Commit);
        }

        return mapping.Options.Delivery is TerraformDelivery.PullRequest
            ? Proposed(handle, repository, await PullRequest.OpenAsync(repository, head, change, cancellationToken))
            : Committed(handle, change, repository, await BranchCommit.MakeAsync(repository, head, change, execution.RequestId, cancellationToken));
    }

    public async Task<ProbeVerdict> ProbeAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var mapping = MappingOf(execution);
        var secrets = await store.OpenAsync(execution, cancellationToken);
        if (mapping.Options.Local is not null)
        {
            // Whatever the earlier attempt came to: what it made is in the state, and one that still runs holds the state's lock.
            return new ProbeVerdict.Repeatable("Terraform's state knows what is there already, and the same configuration changes nothing more.");
        }

        var change = TerraformChange.Read(execution, mapping, secrets);
        var handle = await PrepareAsync(execution, mapping, change, cancellationToken);
        var repository = new MappedRepository(await github.OpenAsync(execution, mapping.Repository, cancellationToken), mapping);
        if (mapping.Options.Delivery is TerraformDelivery.PullRequest)
        {
            if (await PullRequest.FindAsync(repository, change.Key, cancellationToken) is { } pull)
                return new ProbeVerdict.Happened(Proposed(handle, repository, pull));

            return await PullRequest.HasBranchAsync(repository, change.Key, cancellationToken)
                ? new ProbeVerdict.Repeatable("its branch is there without a pull request, and is used again.")
                : new ProbeVerdict.DidNotHappen();
        }

        return await repository.FindCommitAsync(change.Key, change.File, cancellationToken) is { } commit
            ? new ProbeVerdict.Happened(Committed(handle, change, repository, commit))
            : new ProbeVerdict.DidNotHappen();
    }

    private TerraformMapping MappingOf(ActionExecution execution) =>
        mappings.Get(Jira.JsonText.AsText(execution.Config["repositoryMapping"]) ?? throw ActionFailure.Invalid("'repositoryMapping' is missing."));

    /// <summary>All that can be wrong with the workspace is found before there is a commit.</summary>
    private async Task<TerraformHandle> PrepareAsync(
        ActionExecution execution, TerraformMapping mapping, TerraformChange change, CancellationToken cancellationToken)
    {
        var handle = new TerraformHandle(mapping.Name);
        if (await clouds.OpenAsync(mapping, execution, cancellationToken) is not { } cloud)
            return change.SecretVariables.Count is 0
                ? handle
                : throw ActionFailure.Invalid(
                    $"'variables' has a secret ({string.Join(", ", change.SecretVariables.Keys)}), which is never committed, and the mapping '{mapping.Name}' has no workspace that keeps it.");

        var workspace = await CloudWorkspace.FindOrMakeAsync(cloud, mapping.WorkspaceOf(change.File), cancellationToken);
        workspace.Check(mapping, change.File, cloud.Options.Source);
        await CloudVariables.SetAsync(cloud, workspace.Id, change.SecretVariables, cancellationToken);
        return handle with { Workspace = workspace.Id, WorkspaceName = workspace.Name };
    }

    internal static ActionProgress Committed(TerraformHandle handle, TerraformChange change, MappedRepository repository, string commit)
    {
        if (handle.Workspace is null || (!change.WaitsForApply && repository.Mapping.Cloud?.Source is TerraformRunSource.Vcs))
            return new ActionProgress.Done(new ActionResult([], repository.CommitUrl(commit)));

        // The run is made, or looked for, with the next look: the commit is noted first.
        return TerraformProgress.Run(repository.Mapping, handle with { Commit = commit }, run: null) with
        {
            ExternalReference = repository.CommitUrl(commit), PollAfter = TimeSpan.Zero,
        };
    }

    private static ActionProgress.Waiting Proposed(TerraformHandle handle, MappedRepository repository, PullRequest pull) =>
        TerraformProgress.Pull(repository, handle with { Pull = pull.Number });
}
