namespace Pao.Orchestrator.Requests;

/// <summary>One legal change of a request's status; every write of a status is one of these, guarded by where it starts.</summary>
public sealed record Transition(RequestStatus From, RequestStatus To)
{
    public static readonly Transition Begin = new(RequestStatus.Submitted, RequestStatus.Validating);
    public static readonly Transition Queue = new(RequestStatus.Validating, RequestStatus.Queued);
    public static readonly Transition Run = new(RequestStatus.Queued, RequestStatus.InProgress);
    public static readonly Transition Complete = new(RequestStatus.InProgress, RequestStatus.Completed);
    public static readonly Transition Fail = new(RequestStatus.InProgress, RequestStatus.Failed);
    public static readonly Transition Retry = new(RequestStatus.Failed, RequestStatus.InProgress);
    public static readonly Transition Abort = new(RequestStatus.Failed, RequestStatus.Aborted);

    public static IReadOnlyList<Transition> All { get; } = [Begin, Queue, Run, Complete, Fail, Retry, Abort];
}
