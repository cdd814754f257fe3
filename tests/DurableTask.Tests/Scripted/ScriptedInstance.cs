using Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Tests.Scripted;

/// <summary>One instance in the scripted hub.</summary>
internal sealed class ScriptedInstance(string id)
{
    public string Id { get; } = id;

    public string ExecutionId { get; set; } = "";

    public ExecutionStartedEvent Started { get; set; } = new();

    public List<HistoryEvent> History { get; } = [];

    public List<HistoryEvent> Inbox { get; } = [];

    /// <summary>The events of the turn that the worker has.</summary>
    public List<HistoryEvent> Turn { get; } = [];

    public int Turns { get; set; }

    /// <summary>Whether the worker was allowed to keep the orchestrator after the last turn.</summary>
    public bool Kept { get; set; }

    public bool Queued { get; set; }

    public OrchestrationState State { get; set; } = new();

    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsTerminal => Ended.Task.IsCompleted;
}
