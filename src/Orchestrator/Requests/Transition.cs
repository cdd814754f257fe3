namespace Pao.Orchestrator.Requests;

/// <summary>One legal change of a request's status; every write of a status is one of these, guarded by where it starts.</summary>
public sealed record Transition(RequestStatus From, RequestStatus To)
{
    public static readonly Transition Begin = new(RequestStatus.Submitted, RequestStatus.Validating);
    public static readonly Transition Queue = new(RequestStatus.Validating, RequestStatus.Queued);
    public static readonly Transition Run = new(RequestStatus.Queued, RequestStatus.InProgress);
    public static readonly Transition Complete = new(RequestStatus.InProgress, RequestStatus.Completed);
    public static readonly Transition Fail = new(RequestStatus.InProgress, RequestStatus.Failed);

    /// <summary>What a person decides about a failed request, and about one that was escalated.</summary>
    public static readonly IReadOnlyList<Transition> Retry = Of([RequestStatus.Failed, RequestStatus.Escalated], RequestStatus.InProgress);
    public static readonly IReadOnlyList<Transition> Abort = Of([RequestStatus.Failed, RequestStatus.Escalated], RequestStatus.Aborted);
    public static readonly IReadOnlyList<Transition> Escalate = Of([RequestStatus.Failed], RequestStatus.Escalated);

    /// <summary>Only while nothing was done that stays.</summary>
    public static readonly IReadOnlyList<Transition> Cancel = Of(
        [RequestStatus.Submitted, RequestStatus.Validating, RequestStatus.Queued, RequestStatus.InProgress, RequestStatus.Failed],
        RequestStatus.Cancelled);

    public static IReadOnlyList<Transition> All { get; } =
        [Begin, Queue, Run, Complete, Fail, .. Retry, .. Abort, .. Escalate, .. Cancel];

    private static IReadOnlyList<Transition> Of(RequestStatus[] from, RequestStatus to) => [.. from.Select(one => new Transition(one, to))];
}
