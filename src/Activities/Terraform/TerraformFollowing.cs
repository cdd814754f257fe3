using System.Text.Json.Nodes;
using Pao.Activities.GitHub;
using Pao.Activities.Secrets;
using Pao.Activities.Terraform.Cloud;
using Pao.Activities.Terraform.Repositories;

namespace Pao.Activities.Terraform;

/// <summary>Reads how far a change has come: merged, run, applied; and makes the run where the mapping says so.</summary>
internal sealed class TerraformFollowing(TerraformMappings mappings, GitHubClients github, CloudClients clouds, CloudOutputs outputs, SecretStore store)
{
    private static readonly TimeSpan UnpackLook = TimeSpan.FromSeconds(1);

    /// <exception cref="ActionFailedException">
    /// It cannot be read now; or it was turned down, or failed. Only in the first case it may be read again.
    /// </exception>
    public async Task<ActionProgress> FollowAsync(ActionExecution execution, TerraformHandle handle, CancellationToken cancellationToken)
    {
        try
        {
            var mapping = mappings.Get(handle.Mapping);
            var change = TerraformChange.Read(execution, mapping, await store.OpenAsync(execution, cancellationToken));
            var repository = new MappedRepository(await github.OpenAsync(execution, mapping.Repository, cancellationToken), mapping);
            if (handle is { Commit: null, Pull: { } number })
            {
                var pull = await PullRequest.LookAsync(repository, number, cancellationToken);
                if (pull.State is PullState.Open)
                    return TerraformProgress.Pull(repository, handle);
                if (pull.State is PullState.Closed || pull.Commit is null)
                    throw ActionFailure.Unsuccessful(
                        $"Pull request {repository.GitHub.Repository.FullName}#{number} was closed, and nothing of it is upon {mapping.Options.Branch}. Retry makes another. See {repository.PullUrl(number)}.");
                handle = handle with { Commit = pull.Commit };
            }

            if (handle.Workspace is null || await clouds.OpenAsync(mapping, execution, cancellationToken) is not { } cloud)
                return new ActionProgress.Done(new ActionResult([], repository.CommitUrl(handle.Commit ?? "")));
            return await LookAsync(execution, repository, cloud, change, handle, cancellationToken);
        }
        catch (ActionFailedException failure) when (failure.Effect is ActionEffect.None)
        {
            // Nothing was made now, but the commit is there.
            throw failure.With(ActionEffect.Unknown);
        }
    }

    private async Task<ActionProgress> LookAsync(
        ActionExecution execution, MappedRepository repository, CloudClient cloud, TerraformChange change, TerraformHandle handle, CancellationToken cancellationToken)
    {
        var runs = new CloudRuns(cloud);
        if (handle.Run is not { } id)
            return await BeginAsync(repository, cloud, runs, change, handle, cancellationToken);

        var run = await runs.GetAsync(id, cancellationToken);
        var url = TerraformProgress.UrlOf(cloud.Mapping, handle.WorkspaceName, run.Id);
        if (!change.WaitsForApply)
            return new ActionProgress.Done(new ActionResult([], url));

        switch (run.Outcome)
        {
            case RunOutcome.Applied:
                var read = await outputs.ReadAsync(cloud, execution, handle.Workspace ?? "", change.Outputs, cancellationToken);
                return new ActionProgress.Done(new ActionResult((JsonObject)cloud.Secrets.Mask(read)!, url));
            case RunOutcome.Failed:
                throw ActionFailure.Unsuccessful(
                    $"Run {run.Id} failed {(run.HasApplied ? "while it applied: a part of it may be there" : "before anything was applied")}. See {url}. Retry commits the file anew and makes another run.");
            case RunOutcome.GivenUp:
                throw ActionFailure.Unsuccessful($"Run {run.Id} was {run.Status} in Terraform Cloud. See {url}. Retry makes another run.");
            default:
                // A workspace that confirms by itself was quicker, when this comes to late.
                if (run is { IsConfirmable: true, WaitsForDecision: false } && cloud.Options.Apply is TerraformApply.Auto
                    && await runs.ActAsync(run.Id, "apply", $"Confirmed by PAO. {change.Trailer}", cancellationToken))
                    return TerraformProgress.Run(cloud.Mapping, handle, await runs.GetAsync(run.Id, cancellationToken));
                return TerraformProgress.Run(cloud.Mapping, handle, run);
        }
    }

    /// <summary>Waits for the run, or makes it; what was begun is noted before it goes on.</summary>
    private static async Task<ActionProgress> BeginAsync(
        MappedRepository repository, CloudClient cloud, CloudRuns runs, TerraformChange change, TerraformHandle handle, CancellationToken cancellationToken)
    {
        var workspace = handle.Workspace ?? "";
        var commit = handle.Commit ?? throw new InvalidOperationException("There is no commit.");

        // An earlier look may have made the run, and not have come to note it.
        var found = cloud.Options.Source is TerraformRunSource.Vcs
            ? await runs.FindAsync(workspace, change.Key, commit, cancellationToken)
            : await runs.FindAsync(workspace, change.Key, cancellationToken);
        if (found is not null)
            return Noted(cloud, handle, found);
        if (cloud.Options.Source is TerraformRunSource.Vcs)
            return TerraformProgress.Run(cloud.Mapping, handle, run: null);

        if (handle.Configuration is not { } configuration)
        {
            var head = (await repository.HeadAsync(cancellationToken)).Commit;
            configuration = await UploadAsync(repository, cloud, change, handle, head, cancellationToken);
            handle = handle with { Configuration = configuration, Uploaded = head };
        }

        switch (await CloudConfiguration.LookAsync(cloud, configuration, cancellationToken))
        {
            case ConfigurationState.Unpacked:
                return TerraformProgress.Run(cloud.Mapping, handle, run: null) with { PollAfter = UnpackLook };
            case ConfigurationState.Gone:
                return Again(cloud, handle);
            default:
                // A run of files from before somebody else's commit would destroy what that has made.
                if ((await repository.HeadAsync(cancellationToken)).Commit != handle.Uploaded)
                    return Again(cloud, handle);
                return Noted(cloud, handle, await runs.CreateAsync(
                    workspace, configuration, change.Message, cloud.Options.Apply is TerraformApply.Auto, cancellationToken));
        }
    }

    private static ActionProgress.Waiting Noted(CloudClient cloud, TerraformHandle handle, CloudRun run) =>
        TerraformProgress.Run(cloud.Mapping, handle with { Configuration = null, Uploaded = null }, run) with { PollAfter = TimeSpan.Zero };

    private static ActionProgress.Waiting Again(CloudClient cloud, TerraformHandle handle) =>
        TerraformProgress.Run(cloud.Mapping, handle with { Configuration = null, Uploaded = null }, run: null) with { PollAfter = UnpackLook };

    private static async Task<string> UploadAsync(
        MappedRepository repository, CloudClient cloud, TerraformChange change, TerraformHandle handle, string commit, CancellationToken cancellationToken)
    {
        var folder = (await CloudWorkspace.FindAsync(cloud, handle.WorkspaceName ?? "", cancellationToken)).WorkingDirectory;

        // Where the workspace works in a folder, that is one of the repository's; else the file's own folder is the root.
        var root = folder.Length > 0 ? "" : cloud.Mapping.InRepository(change.File.Folder);
        var archive = await ConfigurationArchive.MakeAsync(
            repository, commit, root, folder.Length > 0 ? cloud.Mapping.Folder : root, cancellationToken);
        return await CloudConfiguration.UploadAsync(cloud, handle.Workspace ?? "", archive, cancellationToken);
    }
}
