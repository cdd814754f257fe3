namespace Pao.Catalog.Sources.Git;

/// <summary>A host of git repositories, as far as a catalog needs one; all is of one repository and one branch.</summary>
/// <remarks>Every method throws <see cref="SourceUnavailableException"/> when the host does not answer, or not as expected.</remarks>
internal interface IGitHost
{
    /// <summary>Host, repository and branch, such as <c>GitHub acme/catalog@main</c>.</summary>
    string Name { get; }

    /// <summary>Until when the host wants no calls, because a rate limit is used up; null when it takes them.</summary>
    DateTimeOffset? ClosedUntil { get; }

    /// <summary>Where CODEOWNERS can be, from the repository's root; the first one that is there counts.</summary>
    IReadOnlyList<string> CodeOwnersPlaces { get; }

    /// <summary>Whether a push to the repository and branch is one to this catalog.</summary>
    bool Has(SourcePush push);

    /// <returns>The SHA of the branch's last commit. Asking costs nothing where it has not changed.</returns>
    Task<string> HeadAsync(CancellationToken cancellationToken);

    /// <returns>Of what the commit holds the catalog's folder and CODEOWNERS, without folders, in any order; null when the host does not know the commit.</returns>
    Task<IReadOnlyList<GitEntry>?> TreeAsync(string commit, CancellationToken cancellationToken);

    /// <returns>At most <paramref name="limit"/> bytes; null when the host has no such blob.</returns>
    Task<byte[]?> BlobAsync(string sha, int limit, CancellationToken cancellationToken);

    /// <summary>The files that a commit holds at some paths.</summary>
    /// <returns>Their SHAs by path, without those paths at which there is no file; null when the host does not know the commit.</returns>
    Task<IReadOnlyDictionary<string, string>?> FilesAsync(string commit, IReadOnlySet<string> paths, CancellationToken cancellationToken);

    /// <summary>What <paramref name="to"/> has in its history and <paramref name="from"/> has not.</summary>
    /// <returns>null when the host does not know <paramref name="from"/> any more.</returns>
    Task<GitRange?> CompareAsync(string from, string to, CancellationToken cancellationToken);

    /// <returns>The changes, pull requests or merge requests, that brought a commit to the branch by being merged.</returns>
    Task<IReadOnlyList<GitMerge>> MergesOfAsync(string commit, CancellationToken cancellationToken);

    /// <param name="team">As CODEOWNERS names it, without the <c>@</c>: <c>organisation/team</c>, or else an account.</param>
    /// <returns>The accounts' names, without regard to case; null when it is no team, or this service may not see it.</returns>
    Task<IReadOnlySet<string>?> MembersAsync(string team, CancellationToken cancellationToken);

    /// <summary>Whether an account may change the repository's settings.</summary>
    Task<bool> IsAdministratorAsync(string login, CancellationToken cancellationToken);

    /// <returns>The commit's newest status of this service; null when it has none.</returns>
    Task<GitStatus?> StatusAsync(string commit, CancellationToken cancellationToken);

    Task SetStatusAsync(string commit, GitStatus status, CancellationToken cancellationToken);
}

/// <param name="Path">From the repository's root, with <c>/</c>.</param>
/// <param name="Sha">Equal for equal content.</param>
internal sealed record GitEntry(string Path, string Mode, string Sha)
{
    public const string Link = "120000";
    public const string Submodule = "160000";

    public bool IsFile => Mode is not (Link or Submodule);
}

/// <summary>Somebody, as far as the host knows: accounts have a login, authors of commits an e-mail address.</summary>
internal sealed record GitPerson(string? Login, string? Email)
{
    public override string ToString() => Login is null ? Email ?? "somebody unknown" : $"@{Login}";
}

/// <param name="IsByHost">Whether the host itself made it, so that it holds what was merged and nothing else.</param>
internal sealed record GitCommit(string Sha, IReadOnlyList<string> Parents, GitPerson Author, bool IsByHost);

/// <param name="Commits">In any order.</param>
/// <param name="IsWhole">False when there are more than the host is asked for.</param>
internal sealed record GitRange(IReadOnlyList<GitCommit> Commits, bool IsWhole);

/// <summary>A change that was proposed and merged.</summary>
/// <param name="Name">Such as <c>#12</c>.</param>
/// <param name="Head">The last commit that was proposed.</param>
/// <param name="Vouchers">Who merged it, and who had approved it as it was merged.</param>
internal sealed record GitMerge(string Name, string Head, IReadOnlyList<GitPerson> Vouchers);

/// <summary>What people see beside a commit.</summary>
internal sealed record GitStatus(bool IsSuccess, string Description)
{
    /// <summary>The name under which it stands there; a branch can be protected by it.</summary>
    public const string Context = "pao/catalog";
}
