namespace Pao.Catalog.Sources.Git;

/// <summary>What a commit's tree holds for the catalog: its documents and CODEOWNERS, and what is not followed.</summary>
/// <param name="Shas">Of documents and CODEOWNERS, by path from the repository's root.</param>
/// <param name="HasFolder">Whether there is anything in the catalog's folder.</param>
internal sealed record GitFiles(IReadOnlyDictionary<string, string> Shas, IReadOnlyList<Finding> Findings, bool HasFolder)
{
    /// <param name="prefix">The catalog's folder with a slash, or empty.</param>
    public static GitFiles Of(IReadOnlyList<GitEntry> tree, string prefix, IReadOnlyList<string> codeOwnersPlaces)
    {
        var shas = tree.Where(entry => entry.IsFile && codeOwnersPlaces.Contains(entry.Path))
            .ToDictionary(entry => entry.Path, entry => entry.Sha, StringComparer.Ordinal);
        var findings = new List<Finding>();
        foreach (var entry in tree.Where(entry => entry.Path.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(entry => entry.Path, StringComparer.Ordinal))
        {
            var below = entry with { Path = entry.Path[prefix.Length..] };
            if (WhyNotFollowed(below) is { } finding)
            {
                findings.Add(finding);
            }
            else if (below.IsFile && DocumentPaths.IsDocument(below.Path))
            {
                shas[entry.Path] = entry.Sha;
            }
        }

        return new GitFiles(shas, findings, prefix.Length == 0 || tree.Any(entry => entry.Path.StartsWith(prefix, StringComparison.Ordinal)));
    }

    private static Finding? WhyNotFollowed(GitEntry entry) => entry switch
    {
        _ when DocumentPaths.IsOdd(entry.Path) && DocumentPaths.HasDocumentName(entry.Path) => Of(
            "source.path", Printable(entry.Path), "A path with '..', an empty part, a backslash or a control character is not read.", "rename it"),
        { Mode: GitEntry.Submodule } when DocumentPaths.HasDocumentName(entry.Path) || DocumentPaths.MayHold(entry.Path) => Of(
            "source.submodule", entry.Path, "A submodule is not read.", "put its documents into this repository"),
        { Mode: GitEntry.Link } when DocumentPaths.HasDocumentName(entry.Path) || DocumentPaths.MayHold(entry.Path) => Of(
            "source.link", entry.Path, "A symbolic link is not followed.", "put there what it leads to"),
        _ => null,
    };

    private static Finding Of(string rule, string path, string message, string suggestion) =>
        new(Severity.Error, rule, message, path, 0, 0, "", suggestion);

    private static string Printable(string path) => string.Concat(path.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));
}
