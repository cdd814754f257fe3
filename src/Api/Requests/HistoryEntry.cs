using Pao.DurableTask.Protocol;

namespace Pao.Api.Requests;

/// <summary>One event of a request's orchestration, readable.</summary>
/// <param name="Sequence">Its place in the history, from 1.</param>
/// <param name="Time">When it was committed.</param>
/// <param name="Event">The Durable Task name of the event.</param>
/// <param name="Name">Of the orchestrator, activity or external event.</param>
/// <param name="Try">Which try of the same call it belongs to, from 1.</param>
/// <param name="DurationMs">From the scheduling to the end of a call.</param>
/// <param name="FireAt">When a timer is due.</param>
/// <param name="Input">What went in, shortened.</param>
/// <param name="Output">What came out, shortened.</param>
/// <param name="Error">How it failed.</param>
internal sealed record HistoryEntry(
    int Sequence,
    DateTimeOffset Time,
    string Event,
    string? Name = null,
    int? Try = null,
    long? DurationMs = null,
    DateTimeOffset? FireAt = null,
    string? Input = null,
    string? Output = null,
    string? Error = null)
{
    private const int MaxTextLength = 1024;

    /// <summary>Follows a history from its start, so that an end knows which call it ends.</summary>
    public static List<HistoryEntry> Read(IEnumerable<HistoryEvent> history)
    {
        Dictionary<int, HistoryEntry> calls = [];
        Dictionary<(string, string?), int> tries = [];
        List<HistoryEntry> entries = [];
        foreach (var happened in history)
        {
            var entry = Read(happened, calls) with { Sequence = entries.Count + 1, Time = happened.Timestamp.ToDateTimeOffset() };
            if (happened.TaskScheduled is { } scheduled)
            {
                var call = (scheduled.Name, (string?)scheduled.Input);
                tries[call] = tries.GetValueOrDefault(call) + 1;
                entry = entry with { Try = tries[call] };
                calls[happened.EventId] = entry;
            }

            entries.Add(entry);
        }

        return entries;
    }

    private static HistoryEntry Read(HistoryEvent happened, Dictionary<int, HistoryEntry> calls)
    {
        var entry = new HistoryEntry(0, default, happened.EventTypeCase.ToString());
        return happened.EventTypeCase switch
        {
            HistoryEvent.EventTypeOneofCase.ExecutionStarted => entry with
            {
                Name = happened.ExecutionStarted.Name,
                Input = Shorten(happened.ExecutionStarted.Input),
            },
            HistoryEvent.EventTypeOneofCase.ExecutionCompleted => entry with
            {
                Output = Shorten(happened.ExecutionCompleted.Result),
                Error = Describe(happened.ExecutionCompleted.FailureDetails),
            },
            HistoryEvent.EventTypeOneofCase.TaskScheduled => entry with
            {
                Name = happened.TaskScheduled.Name,
                Input = Shorten(happened.TaskScheduled.Input),
            },
            HistoryEvent.EventTypeOneofCase.TaskCompleted => Ended(
                entry with { Output = Shorten(happened.TaskCompleted.Result) }, calls, happened.TaskCompleted.TaskScheduledId, happened),
            HistoryEvent.EventTypeOneofCase.TaskFailed => Ended(
                entry with { Error = Describe(happened.TaskFailed.FailureDetails) }, calls, happened.TaskFailed.TaskScheduledId, happened),
            HistoryEvent.EventTypeOneofCase.TimerCreated => entry with { FireAt = happened.TimerCreated.FireAt?.ToDateTimeOffset() },
            HistoryEvent.EventTypeOneofCase.TimerFired => entry with { FireAt = happened.TimerFired.FireAt?.ToDateTimeOffset() },
            HistoryEvent.EventTypeOneofCase.EventRaised => entry with
            {
                Name = happened.EventRaised.Name,
                Input = Shorten(happened.EventRaised.Input),
            },
            HistoryEvent.EventTypeOneofCase.ExecutionTerminated => entry with { Output = Shorten(happened.ExecutionTerminated.Input) },
            _ => entry,
        };
    }

    private static HistoryEntry Ended(HistoryEntry entry, Dictionary<int, HistoryEntry> calls, int id, HistoryEvent happened) =>
        calls.TryGetValue(id, out var call)
            ? entry with
            {
                Name = call.Name,
                Try = call.Try,
                DurationMs = (long)(happened.Timestamp.ToDateTimeOffset() - call.Time).TotalMilliseconds,
            }
            : entry;

    private static string? Shorten(string? text) =>
        text is { Length: > MaxTextLength } ? string.Concat(text.AsSpan(0, MaxTextLength), "…") : text;

    private static string? Describe(TaskFailureDetails? failure) =>
        failure is null ? null : Shorten($"{failure.ErrorType}: {failure.ErrorMessage}");
}
