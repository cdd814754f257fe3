using Octokit;
using Pao.Catalog.Sources.Git;

namespace Pao.Catalog.Sources.GitHub;

/// <summary>The catalog's repository, by GitHub's REST API.</summary>
internal sealed class GitHubHost(GitHubOptions options, GitHubApi api, RateGate gate) : IGitHost
{
    private readonly GitHubTrees _trees = new(api, GitSettings.PrefixOf(options.Folder));
    private readonly GitHubPeople _people = new(api, options.Branch);

    public string Name { get; } = $"{GitHubApi.HostName} {options.Repository}@{options.Branch}";

    public DateTimeOffset? ClosedUntil => gate.ClosedUntil;

    public IReadOnlyList<string> CodeOwnersPlaces => GitHubTrees.CodeOwnersPlaces;

    public bool Has(SourcePush push) => push.Host is SourceKind.GitHub
        && push.Repository.Equals(options.Repository, StringComparison.OrdinalIgnoreCase) && push.Branch == options.Branch;

    public async Task<string> HeadAsync(CancellationToken cancellationToken)
    {
        var branch = string.Join('/', options.Branch.Split('/').Select(Uri.EscapeDataString));
        var reference = await api.FindAsync<Reference>($"{api.Repository}/git/ref/heads/{branch}", cancellationToken) ?? throw new SourceUnavailableException(
            $"{GitHubApi.HostName} has no repository {options.Repository} with a branch {options.Branch}, "
            + $"or the token ({GitHubOptions.Section}:Token) may not read it.");
        return reference.Object.Sha;
    }

    public Task<IReadOnlyList<GitEntry>?> TreeAsync(string commit, CancellationToken cancellationToken) => _trees.ReadAsync(commit, cancellationToken);

    public async Task<IReadOnlyDictionary<string, string>?> FilesAsync(string commit, IReadOnlySet<string> paths, CancellationToken cancellationToken)
    {
        var tree = await _trees.ReadAsync(commit, cancellationToken);
        return tree?.Where(entry => entry.IsFile && paths.Contains(entry.Path)).ToDictionary(entry => entry.Path, entry => entry.Sha, StringComparer.Ordinal);
    }

    public Task<GitRange?> CompareAsync(string from, string to, CancellationToken cancellationToken) => _people.CompareAsync(from, to, cancellationToken);

    public Task<IReadOnlyList<GitMerge>> MergesOfAsync(string commit, CancellationToken cancellationToken) =>
        _people.MergesOfAsync(commit, cancellationToken);

    public Task<IReadOnlySet<string>?> MembersAsync(string team, CancellationToken cancellationToken) => _people.MembersAsync(team, cancellationToken);

    public Task<bool> IsAdministratorAsync(string login, CancellationToken cancellationToken) => _people.IsAdministratorAsync(login, cancellationToken);

    public async Task<byte[]?> BlobAsync(string sha, int limit, CancellationToken cancellationToken)
    {
        if (_trees.IsLarger(sha, limit))
        {
            // What it says does not matter, it is refused for its size.
            return new byte[limit];
        }

        if (await api.FindAsync<Blob>($"{api.Repository}/git/blobs/{sha}", cancellationToken) is not { } blob)
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
        var statuses = await api.GetAsync<List<CommitStatus>>($"{api.Repository}/commits/{commit}/statuses", cancellationToken, ("per_page", GitHubApi.Text(GitHubApi.PageSize)));
        return statuses.Find(status => status.Context == GitStatus.Context) is { } last
            ? new GitStatus(last.State.Value is CommitState.Success, last.Description ?? "")
            : null;
    }

    public Task SetStatusAsync(string commit, GitStatus status, CancellationToken cancellationToken) => api.PostAsync(
        $"{api.Repository}/statuses/{commit}",
        new NewCommitStatus
        {
            Context = GitStatus.Context,
            State = status.IsSuccess ? CommitState.Success : CommitState.Failure,
            Description = status.Description,
        },
        cancellationToken);
}
