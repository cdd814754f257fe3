using System.Threading.Channels;

namespace Pao.Catalog.Sources;

/// <summary>Where the documents come from: a folder, or a branch of a git repository.</summary>
internal interface ICatalogSource
{
    /// <summary>What the source holds now, without the files' content.</summary>
    /// <exception cref="SourceUnavailableException">The source can not be read now.</exception>
    Task<SourceTree> ListAsync(CancellationToken cancellationToken);

    /// <returns>At most <paramref name="limit"/> bytes; null when the file has gone meanwhile.</returns>
    /// <exception cref="SourceUnavailableException">The source can not be read now.</exception>
    Task<byte[]?> ReadAsync(SourceFile file, int limit, CancellationToken cancellationToken);

    /// <summary>Writes whenever the source may have changed, until it is cancelled. It begins before the first load.</summary>
    Task WatchAsync(ChannelWriter<bool> changes, CancellationToken cancellationToken);
}

/// <summary>One state of a source.</summary>
/// <param name="Revision">What the source calls it, such as a commit's SHA; null where it has no name.</param>
/// <param name="Files">The documents, in order of their paths.</param>
/// <param name="Findings">What is wrong with the source itself, such as a link that is not followed.</param>
internal sealed record SourceTree(string? Revision, IReadOnlyList<SourceFile> Files, IReadOnlyList<Finding> Findings);

/// <param name="Path">Below the catalog's root, with <c>/</c>.</param>
/// <param name="ContentId">Equal for equal content, such as a git blob's SHA, so that it need not be read again; null where only reading tells.</param>
internal sealed record SourceFile(string Path, string? ContentId);
