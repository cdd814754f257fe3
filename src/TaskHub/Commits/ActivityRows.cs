namespace Pao.TaskHub.Commits;

/// <summary>An activity in the table that nodes share. Its task id may come again in one execution; the row's id does not.</summary>
internal sealed record ActivityKey(string InstanceId, Guid Id);

/// <param name="Key">The new row.</param>
/// <param name="ExecutionId">The execution that scheduled it.</param>
/// <param name="TaskId">The action that scheduled it.</param>
/// <param name="Name">The activity's name.</param>
/// <param name="Version">The activity's version; null for none.</param>
/// <param name="Scheduled">Its TaskScheduled event.</param>
internal sealed record ActivityWrite(
    ActivityKey Key, string ExecutionId, int TaskId, string Name, string? Version, byte[] Scheduled)
{
    /// <summary>How often in a row the worker was lost that ran it.</summary>
    public int Losses { get; init; }
}

/// <param name="Key">The row, which must still be this node's; otherwise nothing happens.</param>
/// <param name="MessageId">The message for the instance.</param>
/// <param name="ExecutionId">The execution that waits for it.</param>
/// <param name="Event">TaskCompleted or TaskFailed.</param>
internal sealed record ActivityEnd(ActivityKey Key, Guid MessageId, string ExecutionId, byte[] Event);

/// <param name="Key">The row, which any node may take again.</param>
/// <param name="ReadyAt">Not before this time; null for at once.</param>
/// <param name="Losses">How often in a row the worker was lost that ran it; null for as often as the row says.</param>
internal sealed record ActivityReturn(ActivityKey Key, DateTimeOffset? ReadyAt, int? Losses);

/// <summary>What a node asks the shared table for.</summary>
/// <param name="Kept">Rows that it took under an earlier id and whose workers it still has.</param>
/// <param name="Wishes">What its workers have room for.</param>
internal sealed record ActivityClaim(IReadOnlyList<ActivityKey> Kept, IReadOnlyList<ActivityWish> Wishes)
{
    /// <summary>From this many lost workers on an activity is none of the wishes', but a suspect.</summary>
    public required int FirstSuspectLoss { get; init; }

    /// <summary>Whether to take one suspect.</summary>
    public bool WithSuspect { get; init; }
}

/// <summary>Room that workers with one and the same filter have.</summary>
/// <param name="Names">The activities that they take, each with a version or null for any; null for all.</param>
/// <param name="Except">Names that they do not get, whatever <paramref name="Names"/> says.</param>
/// <param name="Slots">How many more they take.</param>
internal sealed record ActivityWish(
    IReadOnlyList<(string Name, string? Version)>? Names, IReadOnlyCollection<string> Except, int Slots);

/// <param name="Taken">Rows that are the node's now.</param>
/// <param name="Kept">Rows of <see cref="ActivityClaim.Kept"/> that nobody else has taken: they are the node's again.</param>
/// <param name="HasPeers">Whether other nodes live that could run what this one has no room for.</param>
internal sealed record ClaimedActivities(IReadOnlyList<TakenActivity> Taken, IReadOnlySet<Guid> Kept, bool HasPeers);

/// <param name="Key">The row.</param>
/// <param name="ExecutionId">The execution that scheduled it.</param>
/// <param name="Scheduled">Its TaskScheduled event.</param>
/// <param name="Losses">How often in a row the worker was lost that ran it, or its process.</param>
internal sealed record TakenActivity(ActivityKey Key, string ExecutionId, byte[] Scheduled, int Losses);
