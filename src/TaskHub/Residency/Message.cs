using Pao.DurableTask.Protocol;

namespace Pao.TaskHub.Residency;

/// <summary>A history event on its way to an instance that lives here.</summary>
internal sealed class Message(HistoryEvent e, string? executionId)
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public HistoryEvent Event { get; } = e;

    /// <summary>The only execution that may take it; null for any.</summary>
    public string? ExecutionId { get; } = executionId;

    public MessageState State { get; set; }

    /// <summary>Told once the message is durable or was dropped (null), or that nobody knows (an error).</summary>
    public Action<Exception?>? Answer { get; set; }

    public void Settle(Exception? error)
    {
        var answer = Answer;
        Answer = null;
        answer?.Invoke(error);
    }
}

internal enum MessageState
{
    /// <summary>Only in memory: durable with the turn that it causes, or alone when that takes long.</summary>
    New,

    /// <summary>On its way into the inbox table.</summary>
    Committing,

    /// <summary>In the inbox table; the turn that consumes it removes the row.</summary>
    Stored,

    /// <summary>Part of a turn that is being committed.</summary>
    Consumed,

    /// <summary>Follows from the history (a timer): it is never stored by itself.</summary>
    Derived,
}
