using System.Security.Cryptography;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Residency;

namespace Pao.TaskHub.Dispatch;

/// <summary>The proof that a worker holds an item: 128 random bits, never given twice.</summary>
internal static class CompletionToken
{
    public static string New() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}

/// <summary>A turn in a worker's hands.</summary>
internal sealed class TurnItem(Resident resident, WorkerStream stream, List<HistoryEvent> newEvents, int taken)
{
    public string Token { get; } = CompletionToken.New();

    public Resident Resident { get; } = resident;

    public WorkerStream Stream { get; } = stream;

    /// <summary>The turn's events, OrchestratorStarted first.</summary>
    public List<HistoryEvent> NewEvents { get; } = newEvents;

    /// <summary>How many messages, from the mailbox's head, the turn consumes.</summary>
    public int Taken { get; } = taken;

    /// <summary>When the worker got it, by this process's monotonic clock.</summary>
    public long Since { get; } = TimeProvider.System.GetTimestamp();

    /// <summary>Decisions of the chunks so far; nothing is committed before the last one.</summary>
    public OrchestratorResponse? Partial { get; set; }

    /// <summary>The chunk that comes next, of those after the first.</summary>
    public int NextChunk { get; set; }
}

/// <summary>An activity that waits for a worker or is in its hands.</summary>
internal sealed class ActivityItem(string instanceId, string executionId, HistoryEvent scheduled)
{
    public string Token { get; set; } = "";

    public string InstanceId { get; } = instanceId;

    public string ExecutionId { get; } = executionId;

    public HistoryEvent Scheduled { get; } = scheduled;

    public int TaskId => Scheduled.EventId;

    public string Name => Scheduled.TaskScheduled.Name;

    /// <summary>Its row in the table that nodes share; null for one that only this node knows.</summary>
    public ActivityKey? Key { get; init; }

    /// <summary>The id under which this node took the row.</summary>
    public Guid Holder { get; set; }

    /// <summary>When it began to wait for a worker, by this process's monotonic clock.</summary>
    public long WaitsSince { get; set; }

    /// <summary>When its worker got it, by the same clock.</summary>
    public long RunsSince { get; set; }

    /// <summary>The instance that waits for it; null while this node does not know who owns it.</summary>
    public Resident? Resident { get; set; }

    /// <summary>Who runs it; null while it waits.</summary>
    public WorkerStream? Stream { get; set; }

    /// <summary>Whether its end was reported and is being committed.</summary>
    public bool Reported { get; set; }

    /// <summary>Nobody waits for it any more: it is passed over when its turn in the queue comes.</summary>
    public bool Dropped { get; set; }

    /// <summary>How often in a row its worker was lost.</summary>
    public int Losses { get; set; }

    /// <summary>Given back; no worker gets it before this time.</summary>
    public int Abandoned { get; set; }

    public WorkItem ToWorkItem()
    {
        var task = Scheduled.TaskScheduled;
        var request = new ActivityRequest
        {
            Name = task.Name,
            Version = task.Version,
            Input = task.Input,
            OrchestrationInstance = new OrchestrationInstance { InstanceId = InstanceId, ExecutionId = ExecutionId },
            TaskId = TaskId,
            ParentTraceContext = task.ParentTraceContext,
        };
        request.Tags.Add(task.Tags);
        return new WorkItem { ActivityRequest = request, CompletionToken = Token };
    }
}
