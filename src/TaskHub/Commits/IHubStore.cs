using Google.Protobuf;
using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Commits;

/// <summary>
/// One hub's rows in one database. The methods block: they run on the committer's and the caretaker's own threads, so
/// that a busy thread pool never delays a lease's renewal.
/// </summary>
internal interface IHubStore : IDisposable
{
    /// <summary>What an operator reads at start: which database, and what it does without.</summary>
    string Description { get; }

    /// <summary>
    /// Whether other processes may work on the same hub. Only then has it a table of activities that any of them can run.
    /// </summary>
    bool IsShared { get; }

    /// <summary>Creates or migrates the schema, and the hub's row.</summary>
    void Initialize();

    /// <summary>Adds a node and removes the one that it follows, whose instances become claimable.</summary>
    Joined Join(Guid node, Guid? follows);

    /// <summary>Gives up the node: its instances are claimable at once.</summary>
    void Leave(Guid node);

    /// <summary>
    /// Writes the units in one transaction that holds only while the node's lease does. Throws
    /// <see cref="UnitConflictException"/> when a unit conflicts with what is stored, <see cref="LeaseLostException"/>
    /// when the node is no longer a member; nothing is written then. Any other exception leaves the outcome unknown.
    /// </summary>
    /// <param name="node">The node that commits.</param>
    /// <param name="units">What to write.</param>
    /// <param name="renew">Whether to renew the node's lease as well.</param>
    CommitReport Commit(Guid node, IReadOnlyList<CommitUnit> units, bool renew);

    /// <summary>
    /// Removes instances that ended before the time, oldest first, with all that belongs to them, in one transaction;
    /// one that somebody else is writing is passed over. Returns how many.
    /// </summary>
    int PurgeCompleted(DateTimeOffset before, int limit);

    /// <summary>States of those of the instances that exist.</summary>
    IReadOnlyList<OrchestrationState> Find(IReadOnlyCollection<string> instanceIds);

    /// <summary>As <see cref="Find"/>, for the committer, which must not wait for a connection that readers have.</summary>
    IReadOnlyList<OrchestrationState> FindTaken(IReadOnlyCollection<string> instanceIds) => Find(instanceIds);

    /// <summary>
    /// Takes instances that are due or whose owner is gone, at most <paramref name="limit"/> of each kind. Those of a
    /// node that crashed are counted as attempted once in the same commit.
    /// </summary>
    /// <param name="node">The node that takes them.</param>
    /// <param name="names">Only orchestrators of these names; null for all.</param>
    /// <param name="limit">How many at the most.</param>
    IReadOnlyList<StoredInstance> Claim(Guid node, IReadOnlyCollection<string>? names, int limit);

    /// <summary>
    /// Takes waiting activities of the shared table, those of dead nodes among them. Throws
    /// <see cref="LeaseLostException"/> when the node is no longer a member.
    /// </summary>
    ClaimedActivities ClaimActivities(Guid node, ActivityClaim claim);

    /// <summary>Messages in the store for instances that the node owns, oldest first, so many at the most.</summary>
    IReadOnlyList<StoredMessage> ReadInbox(Guid node, int limit);

    /// <summary>Tells other nodes that messages wait for their instances; a hint that may be lost.</summary>
    void Announce(IReadOnlyCollection<Guid?> owners);

    /// <summary>Hears what other nodes announce, until disposed.</summary>
    /// <param name="heard">The node whose inbox has messages, or null: something is claimable.</param>
    /// <param name="missed">Announcements may have been lost: look at everything.</param>
    IDisposable? Listen(Action<Guid?> heard, Action missed);

    /// <summary>False while what other nodes announce does not arrive, and messages of theirs are to be looked for.</summary>
    bool HearsAnnouncements { get; }

    /// <summary>The state and the last change of an instance, or null.</summary>
    Task<OrchestrationState?> GetAsync(string instanceId, CancellationToken cancellationToken);

    Task<StoredHistory?> ReadHistoryAsync(string instanceId, CancellationToken cancellationToken);

    Task<IReadOnlyList<OrchestrationState>> QueryAsync(Queries.InstanceFilter filter, CancellationToken cancellationToken);

    Task<IReadOnlyList<(string Id, DateTimeOffset CompletedAt)>> ListCompletedAsync(
        Queries.CompletedFilter filter, CancellationToken cancellationToken);

    /// <summary>Removes those of the instances that have ended, and returns their ids.</summary>
    Task<IReadOnlyList<string>> PurgeAsync(IReadOnlyCollection<string> instanceIds, CancellationToken cancellationToken);

    /// <summary>Children of those of the instances that are no more.</summary>
    Task<IReadOnlyList<string>> FindOrphansAsync(IReadOnlyCollection<string> parentIds, CancellationToken cancellationToken);
}

/// <param name="Now">The store's time: every node's clock.</param>
/// <param name="CrashedAt">When it became known that a process of the hub had died; null for never.</param>
internal sealed record Joined(DateTimeOffset Now, DateTimeOffset? CrashedAt);

/// <param name="Now">The store's time at the commit.</param>
/// <param name="Owners">Of each delivery's target that exists and has not ended: who owns it after the commit.</param>
/// <param name="Released">Instances that were given up.</param>
internal sealed record CommitReport(
    DateTimeOffset Now, IReadOnlyDictionary<string, Guid?> Owners, IReadOnlySet<string> Released)
{
    public static readonly IReadOnlySet<Guid> NoActivities = new HashSet<Guid>();

    /// <summary>Rows of the units' activity ends that were the node's and are gone.</summary>
    public IReadOnlySet<Guid> EndedActivities { get; init; } = NoActivities;

    /// <summary>As in <see cref="Joined"/>, when the lease was renewed with the commit.</summary>
    public DateTimeOffset? CrashedAt { get; init; }
}

/// <param name="State">The state; from the row's columns when it is not <see cref="IsWhole"/>.</param>
/// <param name="Turns">The history, a turn each.</param>
/// <param name="Inbox">The messages that no turn has consumed.</param>
internal sealed record StoredInstance(
    OrchestrationState State, IReadOnlyList<byte[]> Turns, IReadOnlyList<StoredMessage> Inbox)
{
    /// <summary>The number of the turn to come; another than the count of <see cref="Turns"/> when one of them is missing.</summary>
    public int NextTurn { get; init; } = Turns.Count;

    /// <summary>How often it was in work when its process died, since a turn of it was last committed.</summary>
    public int Attempts { get; init; }

    /// <summary>Of its workers; see <see cref="Residency.Losses"/>.</summary>
    public string? Losses { get; init; }

    /// <summary>Whether it was in work at two crashes in a row: it may be what kills the process.</summary>
    public bool IsSuspect { get; init; }

    /// <summary>Whether it was taken from a node that is gone.</summary>
    public bool TakenOver { get; init; }

    /// <summary>Whether the state's bytes could be read.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>Task ids of its execution's activities that are in the shared table, read before the inbox.</summary>
    public IReadOnlySet<int> QueuedTasks { get; init; } = new HashSet<int>();
}

/// <param name="Id">The instance that was claimed.</param>
/// <param name="Attempts">Its count of crashes, this one included.</param>
/// <param name="TakenOver">From a node that is gone; else it was due and had no owner.</param>
/// <param name="IsSuspect">From a node that crashed, and not for the first time.</param>
/// <param name="Losses">Of its workers.</param>
internal sealed record Claimed(string Id, int Attempts, bool TakenOver, bool IsSuspect, string? Losses);

internal sealed record StoredMessage(string InstanceId, Guid MessageId, string? ExecutionId, byte[] Event);

internal sealed record StoredHistory(OrchestrationState State, IReadOnlyList<byte[]> Turns)
{
    /// <exception cref="RpcException"><c>DataLoss</c>: the turn's bytes are damaged.</exception>
    public static HistoryChunk Read(string instanceId, int turn, byte[] bytes)
    {
        try
        {
            return StoredTurn.Read(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new RpcException(new Status(
                StatusCode.DataLoss,
                $"Turn {turn} of the history of instance '{instanceId}' cannot be read: {e.Message} Restart the instance, or purge it."));
        }
    }
}

/// <summary>A unit of the batch would write an instance or a turn that exists already; nothing was written.</summary>
internal sealed class UnitConflictException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The node is no longer a member of the hub; nothing was written.</summary>
internal sealed class LeaseLostException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Nothing was claimed, for certain: the store could not even be asked.</summary>
internal sealed class NotClaimedException(Exception inner) : Exception(inner.Message, inner);
