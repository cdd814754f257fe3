using System.Security.Cryptography;
using System.Text;
using Pao.DurableTask.Protocol;
using Case = Pao.DurableTask.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Pao.Api.Histories;

/// <summary>
/// Follows one history from its start, so that an end knows which call it ends. It remembers what is open and how often
/// the same was tried, never the events: a history may have 100,000 of them.
/// </summary>
internal sealed class HistoryReading
{
    private readonly Dictionary<int, Call> _open = [];
    private readonly Dictionary<(string Name, UInt128 Input), int> _tries = [];

    /// <summary>How many events it has seen.</summary>
    public int Count { get; private set; }

    /// <summary>Takes the next event without describing it.</summary>
    public void Skip(HistoryEvent happened)
    {
        Count++;
        Follow(happened);
    }

    public HistoryEntry Read(HistoryEvent happened)
    {
        Count++;
        var (call, ended) = Follow(happened);
        var entry = Describe(happened) with { Sequence = Count, Time = happened.Timestamp.ToDateTimeOffset() };
        return call is null
            ? entry
            : entry with
            {
                Name = entry.Name ?? call.Name,
                InstanceId = entry.InstanceId ?? call.InstanceId,
                Try = call.Try,
                DurationMs = ended ? (long)(entry.Time - call.Time).TotalMilliseconds : null,
            };
    }

    private (Call? Call, bool Ended) Follow(HistoryEvent happened) => happened.EventTypeCase switch
    {
        Case.TaskScheduled => Begin(happened, happened.TaskScheduled.Name, happened.TaskScheduled.Input),
        Case.TaskCompleted => End(happened.TaskCompleted.TaskScheduledId),
        Case.TaskFailed => End(happened.TaskFailed.TaskScheduledId),
        Case.TimerCreated => Open(happened, new Call(null, null, null, happened.Timestamp.ToDateTimeOffset())),
        Case.TimerFired => End(happened.TimerFired.TimerId),
        Case.SubOrchestrationInstanceCreated => Begin(
            happened,
            happened.SubOrchestrationInstanceCreated.Name,
            happened.SubOrchestrationInstanceCreated.Input,
            happened.SubOrchestrationInstanceCreated.InstanceId),
        Case.SubOrchestrationInstanceCompleted => End(happened.SubOrchestrationInstanceCompleted.TaskScheduledId),
        Case.SubOrchestrationInstanceFailed => End(happened.SubOrchestrationInstanceFailed.TaskScheduledId),
        _ => (null, false),
    };

    private (Call? Call, bool Ended) Begin(HistoryEvent happened, string name, string? input, string? instanceId = null)
    {
        var key = (name, Digest(input));
        _tries[key] = _tries.GetValueOrDefault(key) + 1;
        return Open(happened, new Call(name, instanceId, _tries[key], happened.Timestamp.ToDateTimeOffset()));
    }

    private (Call? Call, bool Ended) Open(HistoryEvent happened, Call call)
    {
        _open[happened.EventId] = call;
        return (call, false);
    }

    private (Call? Call, bool Ended) End(int id) => _open.Remove(id, out var call) ? (call, true) : (null, false);

    // The input itself may be a megabyte.
    private static UInt128 Digest(string? input) =>
        input is null ? 0 : BitConverter.ToUInt128(SHA256.HashData(Encoding.UTF8.GetBytes(input)));

    private static HistoryEntry Describe(HistoryEvent happened)
    {
        var entry = new HistoryEntry(0, default, happened.EventTypeCase.ToString());
        return happened.EventTypeCase switch
        {
            Case.ExecutionStarted => entry with
            {
                Name = happened.ExecutionStarted.Name,
                Input = PayloadText.Of(happened.ExecutionStarted.Input),
            },
            Case.ExecutionCompleted => entry with
            {
                Output = PayloadText.Of(happened.ExecutionCompleted.Result),
                Error = PayloadText.Of(happened.ExecutionCompleted.FailureDetails),
            },
            Case.TaskScheduled => entry with { Input = PayloadText.Of(happened.TaskScheduled.Input) },
            Case.TaskCompleted => entry with { Output = PayloadText.Of(happened.TaskCompleted.Result) },
            Case.TaskFailed => entry with { Error = PayloadText.Of(happened.TaskFailed.FailureDetails) },
            Case.SubOrchestrationInstanceCreated => entry with { Input = PayloadText.Of(happened.SubOrchestrationInstanceCreated.Input) },
            Case.SubOrchestrationInstanceCompleted => entry with { Output = PayloadText.Of(happened.SubOrchestrationInstanceCompleted.Result) },
            Case.SubOrchestrationInstanceFailed => entry with { Error = PayloadText.Of(happened.SubOrchestrationInstanceFailed.FailureDetails) },
            Case.TimerCreated => entry with { FireAt = happened.TimerCreated.FireAt?.ToDateTimeOffset() },
            Case.TimerFired => entry with { FireAt = happened.TimerFired.FireAt?.ToDateTimeOffset() },
            Case.EventRaised => entry with { Name = happened.EventRaised.Name, Input = PayloadText.Of(happened.EventRaised.Input) },
            Case.EventSent => entry with
            {
                Name = happened.EventSent.Name,
                InstanceId = happened.EventSent.InstanceId,
                Input = PayloadText.Of(happened.EventSent.Input),
            },
            Case.ExecutionTerminated => entry with { Output = PayloadText.Of(happened.ExecutionTerminated.Input) },
            Case.ExecutionSuspended => entry with { Input = PayloadText.Of(happened.ExecutionSuspended.Input) },
            Case.ExecutionResumed => entry with { Input = PayloadText.Of(happened.ExecutionResumed.Input) },
            Case.ExecutionRewound => entry with { Input = PayloadText.Of(happened.ExecutionRewound.Reason) },
            Case.ContinueAsNew => entry with { Input = PayloadText.Of(happened.ContinueAsNew.Input) },
            _ => entry,
        };
    }

    /// <summary>What is known of something that has begun and not ended.</summary>
    private sealed record Call(string? Name, string? InstanceId, int? Try, DateTimeOffset Time);
}
