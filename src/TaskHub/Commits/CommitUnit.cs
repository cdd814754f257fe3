using Pao.DurableTask.Protocol;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Commits;

/// <summary>
/// Row changes that become durable together or not at all. Many units share one transaction; a unit that conflicts with
/// what is stored fails alone.
/// </summary>
internal sealed class CommitUnit
{
    /// <summary>New instance rows, owned by this node unless <see cref="InstanceWrite.ReadyAt"/> is set.</summary>
    public List<InstanceWrite> Inserts { get; } = [];

    /// <summary>Changed instance rows; owned by this node.</summary>
    public List<InstanceWrite> Updates { get; } = [];

    /// <summary>Rows to remove before the inserts: ended instances that give their id to a new one.</summary>
    public List<string> Replaced { get; } = [];

    public List<HistoryWrite> History { get; } = [];

    /// <summary>Executions whose history is over; removed after <see cref="History"/> is written.</summary>
    public List<(string InstanceId, string ExecutionId)> Forgotten { get; } = [];

    /// <summary>Inbox rows that a turn consumed.</summary>
    public List<(string InstanceId, Guid MessageId)> Consumed { get; } = [];

    /// <summary>Inbox rows for instances that this unit writes or this node owns.</summary>
    public List<InboxWrite> Inbox { get; } = [];

    /// <summary>Inbox rows for any other instance; dropped when it is unknown or has ended.</summary>
    public List<InboxWrite> Deliveries { get; } = [];

    /// <summary>Activities for whichever node has a worker for them; only where <see cref="IHubStore.IsShared"/>.</summary>
    public List<ActivityWrite> Activities { get; } = [];

    /// <summary>Executions that are over, with the activities that they have in the shared table.</summary>
    public List<(string InstanceId, string ExecutionId)> ForgottenActivities { get; } = [];

    /// <summary>Ends of activities of the shared table: the row goes and the message comes, or neither.</summary>
    public List<ActivityEnd> ActivityEnds { get; } = [];

    /// <summary>Activities of the shared table that this node does not finish.</summary>
    public List<ActivityReturn> ActivityReturns { get; } = [];

    /// <summary>Instances to give up, unless a message came for them.</summary>
    public List<Release> Releases { get; } = [];

    /// <summary>Counts of crashes to set, of instances that this node owns.</summary>
    public List<(string InstanceId, int Attempts)> Attempts { get; } = [];

    /// <summary>Lost workers of instances that this node owns, to set; see <see cref="Residency.Losses"/>.</summary>
    public List<(string InstanceId, string? Losses)> Losses { get; } = [];

    /// <summary>Lost workers of activities of the shared table that this node runs, to set.</summary>
    public List<(ActivityKey Key, int Losses)> ActivityLosses { get; } = [];

    /// <summary>Sub-orchestrations among <see cref="Inserts"/>, so that a refused one can be answered.</summary>
    public List<ChildStart> Children { get; } = [];

    /// <summary>Sub-orchestrations that were refused at the commit, each with the message that says so to the parent.</summary>
    public List<(ChildStart Child, Guid MessageId, HistoryEvent Refusal)> Refused { get; } = [];

    /// <summary>Called under the hub's lock when the outcome is known.</summary>
    public required Action<CommitResult> Done { get; init; }

    /// <summary>Whether <see cref="Done"/> was called.</summary>
    public bool Settled { get; set; }
}

/// <param name="State">The instance's state: the row's columns and, as bytes, its content.</param>
/// <param name="Bytes">The state as stored.</param>
/// <param name="ReadyAt">Insert: when a node may take it, which leaves it without an owner.</param>
/// <param name="TakesOver">Update: of an ended instance that nobody owns, which runs again here.</param>
internal sealed record InstanceWrite(
    OrchestrationState State, byte[] Bytes, DateTimeOffset? ReadyAt = null, bool TakesOver = false)
{
    /// <summary>Update: the count of crashes that the row has afterwards.</summary>
    public int Attempts { get; init; }

    public bool IsTerminal => State.OrchestrationStatus.IsTerminal();
}

/// <summary>A turn's events. Its key (instance, execution, turn) is a fence: a second writer of the same turn fails.</summary>
internal sealed record HistoryWrite(string InstanceId, string ExecutionId, int Turn, byte[] Events);

internal sealed record InboxWrite(string InstanceId, Guid MessageId, string? ExecutionId, byte[] Event);

/// <param name="InstanceId">The instance without an owner from now on.</param>
/// <param name="ReadyAt">When it has something to do again; null for when a message comes.</param>
/// <param name="WithMessages">Whether to give it up although messages wait for it: no worker here takes it.</param>
internal sealed record Release(string InstanceId, DateTimeOffset? ReadyAt, bool WithMessages = false);

internal enum CommitStatus
{
    Committed,

    /// <summary>Another writer has been there: an instance with the id exists.</summary>
    InstanceExists,

    /// <summary>This node's lease is over, or the store's answer was lost: what memory holds is worth nothing.</summary>
    Lost,
}

/// <param name="Status">What became of the unit.</param>
/// <param name="Owners">Of each delivery's target that exists and has not ended: who owns it now.</param>
/// <param name="Released">Instances that really were given up.</param>
internal sealed record CommitResult(
    CommitStatus Status,
    IReadOnlyDictionary<string, Guid?> Owners,
    IReadOnlySet<string> Released)
{
    private static readonly Dictionary<string, Guid?> NoOwners = [];
    private static readonly HashSet<string> NothingReleased = [];

    /// <summary>Rows of <see cref="CommitUnit.ActivityEnds"/> that were this node's; the ends of all others were too late.</summary>
    public IReadOnlySet<Guid> EndedActivities { get; init; } = CommitReport.NoActivities;

    public static CommitResult Of(CommitStatus status) => new(status, NoOwners, NothingReleased);
}
