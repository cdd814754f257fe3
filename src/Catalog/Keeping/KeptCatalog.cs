namespace Pao.Catalog.Keeping;

/// <summary>What the archive holds.</summary>
/// <param name="Number">See <see cref="ICatalogArchive"/>.</param>
/// <param name="Load">The load that was kept last; null when none ever was.</param>
/// <param name="Documents">Those that were kept after the number that was asked about, in order of their files.</param>
/// <param name="Files">The files of all documents.</param>
public sealed record KeptCatalog(long Number, KeptLoad? Load, IReadOnlyList<KeptDocument> Documents, IReadOnlySet<string> Files);

/// <summary>What changes in the archive with one load.</summary>
/// <param name="Number">The archive's number before the load began.</param>
/// <param name="Removed">The files of documents that are no longer in the source.</param>
public sealed record KeptChange(
    long Number, KeptLoad Load, IReadOnlyCollection<KeptDocument> Changed, IReadOnlyCollection<string> Removed);

/// <summary>A load as a whole.</summary>
/// <param name="Revision">What the source calls its state, such as a commit's SHA; null where it has no name.</param>
/// <param name="LoadedAt">By the clock of the process that loaded.</param>
/// <param name="Memory">What the source wants to be told when it is asked next; only the source reads it.</param>
/// <param name="Findings">What is wrong with the source itself; what is wrong with documents is found again.</param>
public sealed record KeptLoad(string? Revision, DateTimeOffset LoadedAt, string? Memory, IReadOnlyList<Finding> Findings)
{
    /// <summary>Whether keeping this one too would tell nothing new, but for the time.</summary>
    public bool Repeats(KeptLoad? other) =>
        other is not null && (Revision, Memory) == (other.Revision, other.Memory) && Findings.SequenceEqual(other.Findings);
}

/// <summary>A file of the catalog as it was read: its text, which the rules of whoever restores it judge anew.</summary>
/// <param name="File">Below the catalog's root, with <c>/</c>.</param>
/// <param name="ContentId">What the source calls the latest text, such as a git blob's SHA; null where it has no name for it.</param>
/// <param name="Latest">What the file says.</param>
/// <param name="InForce">The text of its last valid version, the latest or one before; null when there was none.</param>
/// <param name="RejectedSince">Since when the latest version is not the one in force; null when it is.</param>
public sealed record KeptDocument(
    string File, string? ContentId, ReadOnlyMemory<byte> Latest, ReadOnlyMemory<byte>? InForce, DateTimeOffset? RejectedSince)
{
    /// <summary>Whether the latest version is the last valid one.</summary>
    public bool IsLatestInForce => RejectedSince is null;
}
