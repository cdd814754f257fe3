namespace Pao.Sandbox.Git;

/// <summary>A pull request, or a merge request.</summary>
internal sealed class ChangeRequest(int number, string author, string title, string baseBranch, string headBranch)
{
    public int Number => number;

    public string Author => author;

    public string Title => title;

    public string BaseBranch => baseBranch;

    public string HeadBranch => headBranch;

    /// <summary>The last commit of the branch, also after it was merged.</summary>
    public required string Head { get; set; }

    public List<Review> Reviews { get; } = [];

    /// <summary>The commits that came to the base branch, by merging.</summary>
    public List<string> Landed { get; } = [];

    public string? MergedBy { get; private set; }

    public DateTimeOffset? MergedAt { get; private set; }

    /// <summary>It was closed, and not merged.</summary>
    public DateTimeOffset? ClosedAt { get; set; }

    public string? Body { get; init; }

    public string? MergeCommit { get; private set; }

    public void Merge(string by, string commit, IEnumerable<string> landed, DateTimeOffset at)
    {
        (MergedBy, MergeCommit, MergedAt) = (by, commit, at);
        Landed.AddRange(landed);
    }
}

/// <param name="State">As GitHub says it: <c>APPROVED</c>, <c>CHANGES_REQUESTED</c>, <c>COMMENTED</c>, <c>DISMISSED</c>.</param>
/// <param name="Commit">The head that was reviewed.</param>
internal sealed record Review(long Id, string Login, string State, string Commit, DateTimeOffset At);
