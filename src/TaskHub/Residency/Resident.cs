using Google.Protobuf.WellKnownTypes;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Dispatch;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Residency;

/// <summary>
/// An instance that this node owns and has in memory: its state as of the last commit, the messages since, and what of
/// it is at work. Guarded by the hub's lock, but for <see cref="State"/> and <see cref="Execution"/>, which only change
/// when a commit ends and may be read while a turn is at work.
/// </summary>
internal sealed class Resident(OrchestrationState state, Execution execution)
{
    public string Id => State.InstanceId;

    public OrchestrationState State { get; set; } = state;

    public Execution Execution { get; set; } = execution;

    /// <summary>Messages that no committed turn has consumed, in the order of their delivery.</summary>
    public List<Message> Mailbox { get; } = [];

    /// <summary>Messages of the turn that is being committed.</summary>
    public IReadOnlyList<Message> Consuming { get; set; } = [];

    /// <summary>The turn that a worker has, if any.</summary>
    public TurnItem? Turn { get; set; }

    /// <summary>Whether a turn of this instance is being committed.</summary>
    public bool Committing { get; set; }

    /// <summary>Whether the instance is about to leave memory; messages for it go through the store.</summary>
    public bool Releasing { get; set; }

    /// <summary>Whether its first commit removes an ended instance with the same id.</summary>
    public bool Replaces { get; set; }

    /// <summary>Whether a turn waits for a free worker.</summary>
    public bool Queued { get; set; }

    /// <summary>When the turn began to wait, by this process's monotonic clock.</summary>
    public long WaitsSince { get; set; }

    /// <summary>Whether the instance has a row. Until then the first commit writes one.</summary>
    public bool Stored { get; set; }

    /// <summary>Whether the row's first commit is under way on its own, ahead of the first turn.</summary>
    public bool Storing { get; set; }

    /// <summary>Activities handed out or waiting for a worker, by task id.</summary>
    public Dictionary<int, ActivityItem> Activities { get; } = [];

    /// <summary>Whether the shared table has or had activities of this execution; its end removes what is left of them.</summary>
    public bool QueuesActivities { get; set; }

    /// <summary>The stream whose worker keeps the orchestrator since its last turn.</summary>
    public WorkerStream? Session { get; set; }

    /// <summary>How often its turn was given back in a row.</summary>
    public int Abandoned { get; set; }

    /// <summary>How often its turn's decisions could not be carried out, in a row.</summary>
    public int Refused { get; set; }

    /// <summary>The row's count of crashes in a row at which the instance was in work.</summary>
    public int Attempts { get; set; }

    /// <summary>Of its workers, while any count; kept in its row.</summary>
    public Losses? Losses { get; set; }

    /// <summary>Whether the loss of its turn's worker is on its way into the store: until then nobody gets the turn again.</summary>
    public bool Counting { get; set; }

    /// <summary>No turn before this time of the process's monotonic clock; see <see cref="Timers.HubClock.Elapsed"/>.</summary>
    public TimeSpan NotBefore { get; set; }

    /// <summary>By the same clock.</summary>
    public TimeSpan LastUsed { get; set; }

    public LinkedListNode<Resident>? Place { get; set; }

    /// <summary>Callers that wait for the row's first commit.</summary>
    public List<TaskCompletionSource> Creation { get; } = [];

    public bool IsIdle => Stored && Turn is null && !Committing && !Releasing && !Storing && !Queued && Mailbox.Count == 0 && Activities.Count == 0;

    /// <summary>Whether the message is here already.</summary>
    public bool Knows(Guid messageId) =>
        Mailbox.Exists(message => message.Id == messageId) || Consuming.Any(message => message.Id == messageId);

    /// <summary>When the next of its timers is due.</summary>
    public Timestamp? NextTimer => Execution.Timers.Count == 0 ? null : Execution.Timers.Values.Min();
}
