namespace Pao.Catalog.Sources.Git;

/// <summary>A host of git repositories, as far as a catalog needs one; all is of one repository and one branch.</summary>
/// <remarks>Every method throws <see cref="SourceUnavailableException"/> when the host does not answer, or not as expected.</remarks>
internal interface IGitHost
{
    /// <summary>Host, repository and branch, such as <c>GitHub acme/catalog@main</c>.</summary>
    string Name { get; }

    /// <summary>Until when the host wants no calls, because a rate limit is used up; null when it takes them.</summary>
    DateTimeOffset? ClosedUntil { get; }

    /// <summary>Whether a push to the repository and branch is one to this catalog.</summary>
    bool Has(SourcePush push);

    /// <returns>The SHA of the branch's last commit. Asking costs nothing where it has not changed.</returns>
    Task<string> HeadAsync(CancellationToken cancellationToken);

    /// <returns>All that the commit holds but folders, in any order.</returns>
    Task<IReadOnlyList<GitEntry>> TreeAsync(string commit, CancellationToken cancellationToken);

    /// <returns>At most <paramref name="limit"/> bytes; null when the host has no such blob.</returns>
    Task<byte[]?> BlobAsync(string sha, int limit, CancellationToken cancellationToken);

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

/// <summary>What people see beside a commit.</summary>
internal sealed record GitStatus(bool IsSuccess, string Description)
{
    /// <summary>The name under which it stands there; a branch can be protected by it.</summary>
    public const string Context = "pao/catalog";
}
