using Pao.Catalog.Sources.Git;

namespace Pao.Catalog.Sources.GitLab;

/// <summary>The catalog's project, by GitLab's REST API.</summary>
internal sealed class GitLabHost(GitLabOptions options, GitLabApi api, RateGate gate) : IGitHost
{
    private readonly GitLabTrees _trees = new(api, GitSettings.PrefixOf(options.Folder));
    private readonly GitLabPeople _people = new(api, options.Branch);

    public string Name { get; } = $"{GitLabApi.HostName} {options.Project}@{options.Branch}";

    public DateTimeOffset? ClosedUntil => gate.ClosedUntil;

    public IReadOnlyList<string> CodeOwnersPlaces => GitLabTrees.CodeOwnersPlaces;

    public bool Has(SourcePush push) => push.Host is SourceKind.GitLab
        && push.Repository.Equals(options.Project, StringComparison.OrdinalIgnoreCase) && push.Branch == options.Branch;

    public async Task<string> HeadAsync(CancellationToken cancellationToken)
    {
        var branch = await api.FindAsync<Branch>($"{api.Project}/repository/branches/{Uri.EscapeDataString(options.Branch)}", cancellationToken)
            ?? throw new SourceUnavailableException(
                $"{GitLabApi.HostName} has no project {options.Project} with a branch {options.Branch}, "
                + $"or the token ({GitLabOptions.Section}:Token) may not read it.");
        return branch.Commit.Id;
    }

    public Task<IReadOnlyList<GitEntry>?> TreeAsync(string commit, CancellationToken cancellationToken) => _trees.ReadAsync(commit, cancellationToken);

    public Task<IReadOnlyDictionary<string, string>?> FilesAsync(string commit, IReadOnlySet<string> paths, CancellationToken cancellationToken) =>
        _trees.FilesAsync(commit, paths, cancellationToken);

    public Task<byte[]?> BlobAsync(string sha, int limit, CancellationToken cancellationToken) =>
        api.FindBytesAsync($"{api.Project}/repository/blobs/{sha}/raw", limit, cancellationToken);

    public Task<GitRange?> CompareAsync(string from, string to, CancellationToken cancellationToken) => _people.CompareAsync(from, to, cancellationToken);

    public Task<IReadOnlyList<GitMerge>> MergesOfAsync(string commit, CancellationToken cancellationToken) =>
        _people.MergesOfAsync(commit, cancellationToken);

    public Task<IReadOnlySet<string>?> MembersAsync(string team, CancellationToken cancellationToken) => _people.MembersAsync(team, cancellationToken);

    public Task<bool> IsAdministratorAsync(string login, CancellationToken cancellationToken) => _people.IsAdministratorAsync(login, cancellationToken);

    public async Task<GitStatus?> StatusAsync(string commit, CancellationToken cancellationToken)
    {
        var path = $"{api.Project}/repository/commits/{commit}/statuses?name={Uri.EscapeDataString(GitStatus.Context)}";
        var statuses = await api.FindAllAsync<Status>(path, limit: 1, isHiddenNothing: false, cancellationToken);
        return statuses is [var last, ..] ? new GitStatus(last.State == "success", last.Description ?? "") : null;
    }

    public Task SetStatusAsync(string commit, GitStatus status, CancellationToken cancellationToken) => api.PostAsync(
        $"{api.Project}/statuses/{commit}",
        new { state = status.IsSuccess ? "success" : "failed", name = GitStatus.Context, description = status.Description, @ref = options.Branch },
        cancellationToken);

    private sealed record Branch(Head Commit);

    private sealed record Head(string Id);

    private sealed record Status([property: System.Text.Json.Serialization.JsonPropertyName("status")] string State, string? Description);
}
