using System.Collections.Frozen;
using Octokit;
using Pao.Catalog.Sources.Git;

namespace Pao.Catalog.Sources.GitHub;

/// <summary>Who made a change, who merged and approved it, who is in a team.</summary>
internal sealed class GitHubPeople(GitHubApi api, string branch)
{
    /// <summary>More commits than this between two looks are not looked into.</summary>
    private const int MaxCommits = 300;

    private const int MaxMembers = 1000;
    private const int MaxReviews = 300;

    /// <summary>The account by which GitHub makes the commits of merges on its pages.</summary>
    private const string HostLogin = "web-flow";

    public async Task<GitRange?> CompareAsync(string from, string to, CancellationToken cancellationToken)
    {
        var commits = new List<GitCommit>();
        for (var page = 1; ; page++)
        {
            if (await api.FindAsync<CompareResult>(
                    $"{api.Repository}/compare/{from}...{to}", cancellationToken,
                    ("per_page", GitHubApi.Text(GitHubApi.PageSize)), ("page", GitHubApi.Text(page))) is not { } range)
            {
                return null;
            }

            if (range.TotalCommits > MaxCommits)
            {
                return new GitRange([], IsWhole: false);
            }

            commits.AddRange(range.Commits.Select(Of));
            if (range.Commits.Count < GitHubApi.PageSize)
            {
                return new GitRange(commits, IsWhole: commits.Count == range.TotalCommits);
            }
        }
    }

    public async Task<IReadOnlyList<GitMerge>> MergesOfAsync(string commit, CancellationToken cancellationToken)
    {
        var merges = new List<GitMerge>();
        var pulls = await api.FindAsync<List<CommitPullRequest>>($"{api.Repository}/commits/{commit}/pulls", cancellationToken) ?? [];
        foreach (var pull in pulls.Where(pull => pull.MergedAt is not null && pull.Base.Ref == branch))
        {
            merges.Add(new GitMerge($"#{pull.Number}", pull.Head.Sha, await VouchersAsync(pull, cancellationToken)));
        }

        return merges;
    }

    public async Task<IReadOnlySet<string>?> MembersAsync(string team, CancellationToken cancellationToken)
    {
        if (team.Split('/') is not [var organisation, var name])
        {
            return null;
        }

        var path = $"orgs/{Uri.EscapeDataString(organisation)}/teams/{Uri.EscapeDataString(name)}/members";
        var members = await api.FindAllVisibleAsync<User>(path, MaxMembers, cancellationToken);
        return members?.Select(member => member.Login).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    public async Task<bool> IsAdministratorAsync(string login, CancellationToken cancellationToken) =>
        await api.FindVisibleAsync<CollaboratorPermissionResponse>($"{api.Repository}/collaborators/{Uri.EscapeDataString(login)}/permission", cancellationToken) is { Permission: "admin" };

    private static GitCommit Of(GitHubCommit commit) => new(
        commit.Sha,
        [.. commit.Parents.Select(parent => parent.Sha)],
        new GitPerson(commit.Author?.Login, commit.Commit.Author?.Email),
        commit.Committer?.Login == HostLogin && commit.Commit.Verification?.Verified is true);

    /// <summary>
    /// An approval of what was proposed in the end; whoever approved something earlier has not seen it. Reviews come in their order;
    /// a comment takes nothing back.
    /// </summary>
    private async Task<IReadOnlyList<GitPerson>> VouchersAsync(CommitPullRequest pull, CancellationToken cancellationToken)
    {
        var whole = await api.GetAsync<PullRequest>($"{api.Repository}/pulls/{pull.Number}", cancellationToken);
        var reviews = await api.FindAllVisibleAsync<PullRequestReview>($"{api.Repository}/pulls/{pull.Number}/reviews", MaxReviews, cancellationToken) ?? [];
        var approvers = reviews
            .Where(review => review.User is not null && review.State.StringValue is not "COMMENTED" and not "PENDING")
            .GroupBy(review => review.User.Login, StringComparer.OrdinalIgnoreCase)
            .Select(ofOne => ofOne.Last())
            .Where(review => review.State.StringValue is "APPROVED" && review.CommitId == pull.Head.Sha)
            .Select(review => new GitPerson(review.User.Login, null));
        return whole.MergedBy is { } merger ? [new GitPerson(merger.Login, null), .. approvers] : [.. approvers];
    }
}
