using Pao.Activities.GitHub;
using Pao.Activities.Terraform.Cloud;
using Pao.Activities.Terraform.Repositories;

namespace Pao.Activities.Terraform;

/// <summary>How what is not applied yet is waited for.</summary>
internal static class TerraformProgress
{
    // A run takes minutes, and its notifications may not be configured: an hour's pause would be felt.
    private static readonly TimeSpan RunLook = TimeSpan.FromSeconds(10);

    /// <summary>What an event about a run is recognised by.</summary>
    public static string RunHint(string run) => $"terraform:{run}";

    /// <summary>What an event about a workspace is recognised by, while the run is not known.</summary>
    public static string WorkspaceHint(string workspace) => $"terraform:{workspace}";

    public static ActionProgress.Waiting Pull(MappedRepository repository, TerraformHandle handle)
    {
        var number = handle.Pull ?? throw new InvalidOperationException("There is no pull request.");
        return new ActionProgress.Waiting(handle.ToJson(), $"pull request {repository.GitHub.Repository.FullName}#{number}")
        {
            ExternalReference = repository.PullUrl(number),
            HintKeys = [GitHubHints.Pull(repository.GitHub.Repository.FullName, number)],
        };
    }

    public static ActionProgress.Waiting Run(TerraformMapping mapping, TerraformHandle handle, CloudRun? run)
    {
        var workspace = $"{mapping.Cloud?.Organization}/{handle.WorkspaceName}";
        if (run is null)
            return new ActionProgress.Waiting(handle.ToJson(), $"a run of {workspace} for commit {handle.Commit?[..Math.Min(handle.Commit.Length, 8)]}")
            {
                PollAfter = RunLook, HintKeys = [WorkspaceHint(handle.Workspace ?? "")],
            };

        var waits = run switch
        {
            { WaitsForDecision: true } => $"{run.Status}: waits for somebody to decide in Terraform Cloud",
            { IsConfirmable: true } => $"{run.Status}: waits for somebody to confirm it in Terraform Cloud",
            _ => run.Status,
        };
        return new ActionProgress.Waiting((handle with { Run = run.Id }).ToJson(), $"run {run.Id} of {workspace} ({waits})")
        {
            ExternalReference = UrlOf(mapping, handle.WorkspaceName, run.Id),
            PollAfter = run.WaitsForDecision || run.IsConfirmable ? null : RunLook,
            HintKeys = [RunHint(run.Id)],
        };
    }

    /// <summary>Where people see a run.</summary>
    public static string UrlOf(TerraformMapping mapping, string? workspace, string run) =>
        $"{mapping.Cloud?.Address.AbsoluteUri.TrimEnd('/')}/app/{mapping.Cloud?.Organization}/workspaces/{workspace}/runs/{run}";
}
