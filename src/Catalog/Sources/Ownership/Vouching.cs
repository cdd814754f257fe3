using Pao.Catalog.Sources.Git;

namespace Pao.Catalog.Sources.Ownership;

/// <summary>
/// Whether an owner of a path vouches for what a commit made of it: as its author, or by having merged or approved the
/// change that brought it.
/// </summary>
/// <param name="ownersOf">The owners of a path; null when anybody may change it.</param>
internal sealed class Vouching(IGitHost host, Owners owners, Func<string, PathOwners?> ownersOf, CancellationToken cancellationToken)
{
    private readonly Dictionary<string, IReadOnlyList<GitMerge>> _merges = new(StringComparer.Ordinal);

    public async Task<bool> IsGivenAsync(GitCommit commit, string path, string? content) =>
        ownersOf(path) is not { } who
        || await IsOneAsync(who, commit.Author)
        || await IsMergedAsync(commit.Sha, commit.IsByHost, path, content);

    /// <summary>Whether it was merged or approved by an owner. That may come true at any time after the push.</summary>
    public async Task<bool> IsMergedAsync(string commit, bool isByHost, string path, string? content)
    {
        if (ownersOf(path) is not { } who)
        {
            return true;
        }

        foreach (var merge in await MergesOfAsync(commit))
        {
            // Who merges by hand can add to what was approved.
            if ((isByHost || await HasAsync(merge.Head, path, content)) && await AnyAsync(who, merge.Vouchers))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> AnyAsync(PathOwners who, IReadOnlyList<GitPerson> people)
    {
        foreach (var person in people)
        {
            if (await IsOneAsync(who, person))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> IsOneAsync(PathOwners who, GitPerson person) => who.AreAdministrators
        ? person.Login is { } login && await host.IsAdministratorAsync(login, cancellationToken)
        : await owners.IncludeAsync(who.Names, person, cancellationToken);

    private async Task<bool> HasAsync(string commit, string path, string? content) =>
        await host.FilesAsync(commit, new HashSet<string>(StringComparer.Ordinal) { path }, cancellationToken) is { } files
        && files.GetValueOrDefault(path) == content;

    private async Task<IReadOnlyList<GitMerge>> MergesOfAsync(string commit)
    {
        if (!_merges.TryGetValue(commit, out var merges))
        {
            _merges[commit] = merges = await host.MergesOfAsync(commit, cancellationToken);
        }

        return merges;
    }
}

/// <summary>Who may change a path.</summary>
/// <param name="Names">As CODEOWNERS has them; none when only who may change the repository's settings may.</param>
/// <param name="Place">Where CODEOWNERS says so, such as <c>.github/CODEOWNERS:3</c>.</param>
internal sealed record PathOwners(IReadOnlyList<string> Names, string Place)
{
    public bool AreAdministrators => Names.Count == 0;
}
