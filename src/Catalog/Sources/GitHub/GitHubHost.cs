using Octokit;
using Pao.Catalog.Sources.Git;

namespace Pao.Catalog.Sources.GitHub;

/// <summary>The catalog's repository, by GitHub's REST API.</summary>
internal sealed class GitHubHost(GitHubOptions options, GitHubApi api, RateGate gate) : IGitHost
{
    private readonly GitHubTrees _trees = new(api, GitSettings.PrefixOf(options.Folder));

    public string Name { get; } = $"{GitHubApi.HostName} {options.Repository}@{options.Branch}";

    public DateTimeOffset? ClosedUntil => gate.ClosedUntil;

    public bool Has(SourcePush push) => push.Host is SourceKind.GitHub
        && push.Repository.Equals(options.Repository, StringComparison.OrdinalIgnoreCase) && push.Branch == options.Branch;

    public async Task<string> HeadAsync(CancellationToken cancellationToken)
    {
        var branch = string.Join('/', options.Branch.Split('/').Select(Uri.EscapeDataString));
        var reference = await api.FindAsync<Reference>($"git/ref/heads/{branch}", cancellationToken) ?? throw new SourceUnavailableException(
            $"{GitHubApi.HostName} has no repository {options.Repository} with a branch {options.Branch}, "
            + $"or the token ({GitHubOptions.Section}:Token) may not read it.");
        return reference.Object.Sha;
    }

    public Task<IReadOnlyList<GitEntry>> TreeAsync(string commit, CancellationToken cancellationToken) => _trees.ReadAsync(commit, cancellationToken);

    public async Task<byte[]?> BlobAsync(string sha, int limit, CancellationToken cancellationToken)
    {
        if (_trees.IsTooLarge(sha))
        {
            // What it says does not matter, it is refused for its size.
            return new byte[limit];
        }

        if (await api.FindAsync<Blob>($"git/blobs/{sha}", cancellationToken) is not { } blob)
        {
            return null;
        }

        var content = blob.Encoding.Value is EncodingType.Base64
            ? Convert.FromBase64String(blob.Content)
            : System.Text.Encoding.UTF8.GetBytes(blob.Content);
        return content.Length > limit ? content[..limit] : content;
    }

    public async Task<GitStatus?> StatusAsync(string commit, CancellationToken cancellationToken)
    {
        var statuses = await api.GetAsync<List<CommitStatus>>($"commits/{commit}/statuses", cancellationToken, ("per_page", GitHubApi.Text(GitHubApi.PageSize)));
        return statuses.Find(status => status.Context == GitStatus.Context) is { } last
            ? new GitStatus(last.State.Value is CommitState.Success, last.Description ?? "")
            : null;
    }

    public Task SetStatusAsync(string commit, GitStatus status, CancellationToken cancellationToken) => api.PostAsync(
        $"statuses/{commit}",
        new NewCommitStatus
        {
            Context = GitStatus.Context,
            State = status.IsSuccess ? CommitState.Success : CommitState.Failure,
            Description = status.Description,
        },
        cancellationToken);
}
