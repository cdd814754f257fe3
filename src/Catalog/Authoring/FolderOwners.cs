using Pao.Catalog.Sources;
using Pao.Catalog.Sources.GitHub;
using Pao.Catalog.Sources.GitLab;
using Pao.Catalog.Sources.Ownership;

namespace Pao.Catalog.Authoring;

/// <summary>
/// Looks for mistakes in the CODEOWNERS of a folder that is the root of a repository. Who the owners are, and who changed what,
/// only the repository's host knows.
/// </summary>
internal static class FolderOwners
{
    private static readonly IReadOnlyList<string> Places = [.. GitHubTrees.CodeOwnersPlaces.Union(GitLabTrees.CodeOwnersPlaces)];

    /// <exception cref="IOException">There is one that can not be read.</exception>
    public static IEnumerable<Finding> Check(string folder)
    {
        var found = Places.Select(place => (Place: place, File: new FileInfo(Path.Combine(folder, place))))
            .FirstOrDefault(one => one.File is { Exists: true, LinkTarget: null } && FileKind.SpecialName(one.File) is null);
        if (found is not (string place, FileInfo file))
        {
            return [];
        }

        if (file.Length > CodeOwners.MaxBytes)
        {
            return [OwnershipFindings.TooLarge(place, prefix: "")];
        }

        var owners = CodeOwners.Parse(place, FileKind.MayBeOpened(file) ? File.ReadAllBytes(file.FullName) : []);
        return new OwnershipRules(owners, Places).Findings(prefix: "").Concat(owners.Rules.Where(rule => rule.Owners.Count == 0).Select(rule => OwnershipFindings.Of(
            Severity.Warning, "codeowners.nobody", place, prefix: "", rule.Line, "The line names no owner: anybody may change what it matches.", "add an owner, unless that is meant")));
    }
}
