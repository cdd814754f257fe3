using System.Collections.Concurrent;
using Octokit;
using Pao.Catalog.Sources.Git;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Sources.GitHub;

/// <summary>
/// What commits hold. One call tells it whole; of a tree that is too large for that, only the folders that a catalog needs are
/// read, one by one.
/// </summary>
/// <param name="prefix">The catalog's folder with a slash, or empty.</param>
internal sealed class GitHubTrees(GitHubApi api, string prefix)
{
    /// <summary>GitHub looks in these, in this order.</summary>
    public static readonly IReadOnlyList<string> CodeOwnersPlaces = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

    private const int MaxCalls = 1000;
    private const int MaxRemembered = 4;

    private static readonly string[] CodeOwnersFolders = [".github/", "docs/"];

    private readonly ConcurrentDictionary<string, int> _large = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Commit, IReadOnlyList<GitEntry> Entries)> _remembered = new();

    /// <summary>Whether a file is known to be larger, so that it need not be fetched.</summary>
    public bool IsLarger(string sha, int limit) => _large.TryGetValue(sha, out var size) && size > limit;

    /// <returns>null when GitHub has no such commit.</returns>
    public async Task<IReadOnlyList<GitEntry>?> ReadAsync(string commit, CancellationToken cancellationToken)
    {
        if (_remembered.FirstOrDefault(tree => tree.Commit == commit).Entries is { } known)
        {
            return known;
        }

        if (await api.FindAsync<TreeResponse>($"{api.Repository}/git/trees/{commit}", cancellationToken, ("recursive", "1")) is not { } whole)
        {
            return null;
        }

        var entries = await ReadAsync(commit, whole, cancellationToken);
        _remembered.Enqueue((commit, entries));
        while (_remembered.Count > MaxRemembered)
        {
            _remembered.TryDequeue(out _);
        }

        return entries;
    }

    private async Task<IReadOnlyList<GitEntry>> ReadAsync(string commit, TreeResponse whole, CancellationToken cancellationToken)
    {
        if (!whole.Truncated)
        {
            return [.. EntriesOf(whole, "")];
        }

        var entries = new List<GitEntry>();
        var folders = new Stack<(string Sha, string Path)>([(commit, "")]);
        for (var calls = 0; folders.TryPop(out var folder); calls++)
        {
            if (calls == MaxCalls)
            {
                throw new SourceUnavailableException(
                    $"The repository has more than {MaxCalls} folders to read; name that of the documents in {GitHubOptions.Section}:Folder.");
            }

            entries.AddRange(await ReadFolderAsync(folder.Sha, folder.Path, folders, cancellationToken));
        }

        return entries;
    }

    /// <param name="folders">Gets the folders below that are to be read by themselves.</param>
    private async Task<IEnumerable<GitEntry>> ReadFolderAsync(
        string sha, string path, Stack<(string Sha, string Path)> folders, CancellationToken cancellationToken)
    {
        var isWhole = path.Length > 0 && (path.StartsWith(prefix, StringComparison.Ordinal) || CodeOwnersFolders.Contains(path));
        var listed = await ListAsync(sha, isWhole, cancellationToken);
        if (isWhole && listed.Truncated)
        {
            isWhole = false;
            listed = await ListAsync(sha, isWhole, cancellationToken);
        }

        if (listed.Truncated)
        {
            throw new SourceUnavailableException($"The folder '{path}' has more files than {GitHubApi.HostName} lists.");
        }

        foreach (var folder in isWhole ? [] : listed.Tree.Where(item => item.Type.Value is TreeType.Tree && IsWanted($"{path}{item.Path}/")))
        {
            folders.Push((folder.Sha, $"{path}{folder.Path}/"));
        }

        return EntriesOf(listed, path);
    }

    private Task<TreeResponse> ListAsync(string tree, bool isWhole, CancellationToken cancellationToken) =>
        api.GetAsync<TreeResponse>($"{api.Repository}/git/trees/{tree}", cancellationToken, isWhole ? [("recursive", "1")] : []);

    /// <summary>Whether a folder holds documents or CODEOWNERS, or leads there.</summary>
    private bool IsWanted(string folder) =>
        CodeOwnersFolders.Contains(folder)
        || folder.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(folder, StringComparison.Ordinal);

    private IEnumerable<GitEntry> EntriesOf(TreeResponse listed, string path)
    {
        foreach (var item in listed.Tree.Where(item => item.Type.Value is not TreeType.Tree))
        {
            if (item.Size > YamlReader.MaxBytes)
            {
                _large[item.Sha] = item.Size;
            }

            var whole = $"{path}{item.Path}";
            if (whole.StartsWith(prefix, StringComparison.Ordinal) || CodeOwnersPlaces.Contains(whole))
            {
                yield return new GitEntry(whole, item.Mode, item.Sha);
            }
        }
    }
}
