using System.Collections.Concurrent;
using Pao.Catalog.Sources.Git;

namespace Pao.Catalog.Sources.GitLab;

/// <summary>What commits hold: of the catalog's folder all, page by page, of the rest CODEOWNERS.</summary>
/// <param name="prefix">The catalog's folder with a slash, or empty.</param>
internal sealed class GitLabTrees(GitLabApi api, string prefix)
{
    /// <summary>GitLab looks in the first three, in this order; the fourth is where the catalog's format has it.</summary>
    public static readonly IReadOnlyList<string> CodeOwnersPlaces =
        ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS", ".github/CODEOWNERS"];

    private const int MaxEntries = 100_000;
    private const int MaxRemembered = 4;

    /// <summary>So many files are asked for one by one; for more, the whole tree is read.</summary>
    private const int MaxSingle = 20;

    private readonly ConcurrentQueue<(string Commit, IReadOnlyList<GitEntry> Entries)> _remembered = new();

    /// <returns>null when GitLab has no such commit.</returns>
    public async Task<IReadOnlyList<GitEntry>?> ReadAsync(string commit, CancellationToken cancellationToken)
    {
        if (Remembered(commit) is { } known)
        {
            return known;
        }

        var path = $"{api.Project}/repository/tree?ref={commit}&recursive=true&pagination=keyset"
            + (prefix.Length > 0 ? $"&path={Uri.EscapeDataString(prefix.TrimEnd('/'))}" : "");
        var listed = await api.FindAllAsync<Entry>(path, MaxEntries + 1, isHiddenNothing: false, cancellationToken);
        if (listed is null && !await IsThereAsync(commit, cancellationToken))
        {
            return null;
        }

        if (listed?.Count > MaxEntries)
        {
            throw new SourceUnavailableException(
                $"The project has more than {MaxEntries} files; name the documents' folder in {GitLabOptions.Section}:Folder.");
        }

        var entries = (listed ?? []).Where(entry => entry.Type != "tree").Select(entry => new GitEntry(entry.Path, entry.Mode, entry.Id)).ToList();
        foreach (var place in CodeOwnersPlaces.Where(place => prefix.Length > 0 && !place.StartsWith(prefix, StringComparison.Ordinal)))
        {
            if (await ShaAsync(commit, place, cancellationToken) is { } sha)
            {
                entries.Add(new GitEntry(place, "100644", sha));
            }
        }

        _remembered.Enqueue((commit, entries));
        while (_remembered.Count > MaxRemembered)
        {
            _remembered.TryDequeue(out _);
        }

        return entries;
    }

    /// <inheritdoc cref="IGitHost.FilesAsync"/>
    public async Task<IReadOnlyDictionary<string, string>?> FilesAsync(
        string commit, IReadOnlySet<string> paths, CancellationToken cancellationToken)
    {
        if (paths.Count > MaxSingle || Remembered(commit) is not null)
        {
            var tree = await ReadAsync(commit, cancellationToken);
            return tree?.Where(entry => entry.IsFile && paths.Contains(entry.Path))
                .ToDictionary(entry => entry.Path, entry => entry.Sha, StringComparer.Ordinal);
        }

        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (await ShaAsync(commit, path, cancellationToken) is { } sha)
            {
                files[path] = sha;
            }
        }

        return files.Count > 0 || await IsThereAsync(commit, cancellationToken) ? files : null;
    }

    private IReadOnlyList<GitEntry>? Remembered(string commit) => _remembered.FirstOrDefault(tree => tree.Commit == commit).Entries;

    private Task<string?> ShaAsync(string commit, string path, CancellationToken cancellationToken) => api.FindHeaderAsync(
        $"{api.Project}/repository/files/{Uri.EscapeDataString(path)}?ref={commit}", "X-Gitlab-Blob-Id", cancellationToken);

    private async Task<bool> IsThereAsync(string commit, CancellationToken cancellationToken) =>
        await api.FindAsync<Named>($"{api.Project}/repository/commits/{commit}", cancellationToken) is not null;

    private sealed record Entry(string Id, string Type, string Path, string Mode);

    private sealed record Named(string Id);
}
