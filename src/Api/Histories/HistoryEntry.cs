namespace Pao.Api.Histories;

/// <summary>One event of an orchestration, readable.</summary>
/// <param name="Sequence">Its place in the history, from 1.</param>
/// <param name="Time">When it was committed.</param>
/// <param name="Event">The Durable Task name of the event.</param>
/// <param name="Name">Of the orchestrator, activity or external event.</param>
/// <param name="InstanceId">Of the child, or of the receiver of an event.</param>
/// <param name="Try">Which try of the same call it belongs to, from 1.</param>
/// <param name="DurationMs">From the scheduling to the end of a call, a timer or a child.</param>
/// <param name="FireAt">When a timer is due.</param>
/// <param name="Input">What went in, or the reason given; shortened, secrets redacted.</param>
/// <param name="Output">What came out; shortened, secrets redacted.</param>
/// <param name="Error">How it failed.</param>
internal sealed record HistoryEntry(
    int Sequence,
    DateTimeOffset Time,
    string Event,
    string? Name = null,
    string? InstanceId = null,
    int? Try = null,
    long? DurationMs = null,
    DateTimeOffset? FireAt = null,
    string? Input = null,
    string? Output = null,
    string? Error = null);
