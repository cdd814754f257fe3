using Pao.Catalog.Sources.Git;

namespace Pao.Catalog.Sources.Ownership;

/// <summary>
/// Follows files through commits, from what is in force to the newest version that somebody with the right to it vouches for.
/// A commit that has of a file what one of its parents has did not touch it.
/// </summary>
/// <param name="inForce">SHA of each path's version in force; no entry where none is.</param>
/// <param name="isVouchedForAsync">Whether a commit, and its content of a path, come from an owner.</param>
internal sealed class FileHistory(
    IGitHost host,
    IReadOnlyDictionary<string, string> inForce,
    IReadOnlySet<string> paths,
    Func<GitCommit, string, string?, Task<bool>> isVouchedForAsync)
{
    private readonly Dictionary<string, Dictionary<string, FileVersion>> _commits = new(StringComparer.Ordinal);

    /// <returns>Each path's version at <paramref name="head"/>.</returns>
    public async Task<IReadOnlyDictionary<string, FileVersion>> FollowAsync(GitRange range, string head, CancellationToken cancellationToken)
    {
        foreach (var commit in ParentsFirst(range.Commits))
        {
            foreach (var parent in commit.Parents.Where(parent => !_commits.ContainsKey(parent)))
            {
                await BeginAtAsync(parent, cancellationToken);
            }

            _commits[commit.Sha] = await ReadAsync(commit, cancellationToken);
        }

        if (!_commits.ContainsKey(head))
        {
            // The branch went back: no commit is new.
            await BeginAtAsync(head, cancellationToken);
        }

        return _commits[head];
    }

    /// <summary>Hosts order commits by time, which says little about who came after whom.</summary>
    private static List<GitCommit> ParentsFirst(IReadOnlyList<GitCommit> commits)
    {
        var bySha = commits.ToDictionary(commit => commit.Sha, StringComparer.Ordinal);
        var ordered = new List<GitCommit>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<(GitCommit Commit, bool IsReady)>(commits.Reverse().Select(commit => (commit, false)));
        while (open.TryPop(out var next))
        {
            if (next.IsReady)
            {
                ordered.Add(next.Commit);
            }
            else if (seen.Add(next.Commit.Sha))
            {
                open.Push((next.Commit, true));
                foreach (var parent in next.Commit.Parents.Where(bySha.ContainsKey))
                {
                    open.Push((bySha[parent], false));
                }
            }
        }

        return ordered;
    }

    /// <summary>Where the range begins, nothing but what is in force counts.</summary>
    private async Task BeginAtAsync(string commit, CancellationToken cancellationToken)
    {
        var files = await FilesAsync(commit, cancellationToken);
        _commits[commit] = paths.ToDictionary(
            path => path, path => new FileVersion(files.GetValueOrDefault(path), inForce.GetValueOrDefault(path), null), StringComparer.Ordinal);
    }

    private async Task<Dictionary<string, FileVersion>> ReadAsync(GitCommit commit, CancellationToken cancellationToken)
    {
        var files = await FilesAsync(commit.Sha, cancellationToken);
        var versions = new Dictionary<string, FileVersion>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var content = files.GetValueOrDefault(path);
            var parents = commit.Parents.Select(parent => _commits[parent][path]).ToList();
            versions[path] = await VersionAsync(commit, path, content, parents);
        }

        return versions;
    }

    private async Task<IReadOnlyDictionary<string, string>> FilesAsync(string commit, CancellationToken cancellationToken) =>
        await host.FilesAsync(commit, paths, cancellationToken)
        ?? throw new SourceUnavailableException($"{host.Name} has no commit {commit}, which is in its history.");

    private async Task<FileVersion> VersionAsync(GitCommit commit, string path, string? content, List<FileVersion> parents)
    {
        var before = parents.Count > 0 ? parents[0] : new FileVersion(null, inForce.GetValueOrDefault(path), null);
        var same = parents.Where(parent => parent.Content == content).OrderByDescending(parent => parent.IsVouchedFor).FirstOrDefault();
        if (same is { IsVouchedFor: true } || (same is not null && before.Content == content))
        {
            return same;
        }

        return await isVouchedForAsync(commit, path, content)
            ? new FileVersion(content, content, commit)
            : new FileVersion(content, before.VouchedFor, same?.Commit ?? commit);
    }
}

/// <summary>A file at a commit.</summary>
/// <param name="Content">The SHA of what is there; null when it is not.</param>
/// <param name="VouchedFor">The SHA of the newest version up to here that may be in force; null when the file may not.</param>
/// <param name="Commit">Where the content came from; null when that is before the range.</param>
internal sealed record FileVersion(string? Content, string? VouchedFor, GitCommit? Commit)
{
    public bool IsVouchedFor => Content == VouchedFor;
}
