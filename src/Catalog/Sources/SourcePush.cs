namespace Pao.Catalog.Sources;

/// <summary>Somebody says that a branch of a repository has moved.</summary>
/// <param name="Repository">Such as <c>acme/catalog</c>.</param>
/// <param name="After">The SHA of the commit that it is at now.</param>
public sealed record SourcePush(SourceKind Host, string Repository, string Branch, string After);

/// <summary>What the catalog's documents are read from.</summary>
public enum SourceKind
{
    /// <summary>A folder of this machine.</summary>
    Folder,

    /// <summary>A branch of a repository on GitHub, or on a GitHub Enterprise Server.</summary>
    GitHub,

    /// <summary>A branch of a project on a GitLab.</summary>
    GitLab,
}
