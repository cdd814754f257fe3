using System.Threading.Channels;

namespace Pao.Catalog.Sources;

/// <summary>Where the documents come from: a folder, or a branch of a git repository.</summary>
internal interface ICatalogSource
{
    /// <summary>
    /// Whether the source judges what has changed, and would let come into force what it refused before if it were not told
    /// what it remembers.
    /// </summary>
    bool NeedsMemory { get; }

    /// <summary>How many files to read at a time: of a source that is far away, one after the other would take its distance each time.</summary>
    int ReadsAtOnce { get; }

    /// <summary>What the source holds now, without the files' content.</summary>
    /// <param name="memory">
    /// The <see cref="SourceTree.Memory"/> of the last tree that was loaded, by this process or, what the database kept of it, by
    /// another one or one before; null when there is none. It may be of another source: the source reads only its own.
    /// </param>
    /// <exception cref="SourceUnavailableException">The source can not be read now.</exception>
    Task<SourceTree> ListAsync(string? memory, CancellationToken cancellationToken);

    /// <returns>At most <paramref name="limit"/> bytes; null when the file has gone meanwhile.</returns>
    /// <exception cref="SourceUnavailableException">The source can not be read now.</exception>
    Task<byte[]?> ReadAsync(SourceFile file, int limit, CancellationToken cancellationToken);

    /// <summary>Tells the people who change the source what came of it, once per revision. A load tells of each snapshot that it made.</summary>
    /// <returns>A warning when they could not be told.</returns>
    Task<Finding?> TellAsync(CatalogSnapshot snapshot, CancellationToken cancellationToken);

    /// <summary>Takes the hint that a branch has moved; <see cref="WatchAsync"/> then looks at once.</summary>
    /// <returns>Whether it is about this source.</returns>
    bool Notice(SourcePush push);

    /// <summary>Writes whenever the source may have changed, until it is cancelled. It begins before the first load.</summary>
    Task WatchAsync(ChannelWriter<bool> changes, CancellationToken cancellationToken);
}

/// <summary>One state of a source.</summary>
/// <param name="Revision">What the source calls it, such as a commit's SHA; null where it has no name.</param>
/// <param name="Files">The documents, in order of their paths.</param>
/// <param name="Findings">What is wrong with the source itself, such as a link that is not followed.</param>
internal sealed record SourceTree(string? Revision, IReadOnlyList<SourceFile> Files, IReadOnlyList<Finding> Findings)
{
    /// <summary>
    /// What the source wants to know when it is asked next, also after a restart, such as the commit that it judged last. Only
    /// the source reads it. It is kept together with the documents, and only when all of the tree was loaded; some KiB at most.
    /// </summary>
    public string? Memory { get; init; }
}

/// <param name="Path">Below the catalog's root, with <c>/</c>.</param>
/// <param name="ContentId">Equal for equal content, such as a git blob's SHA, so that it need not be read again; null where only reading tells.</param>
/// <param name="IsWithheld">Whether it is an earlier version, because the source does not let the latest come into force.</param>
internal sealed record SourceFile(string Path, string? ContentId, bool IsWithheld = false);
