using Google.Protobuf.WellKnownTypes;
using Pao.DurableTask.Protocol;
using EventType = Pao.DurableTask.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Pao.DurableTask.Replay;

/// <summary>
/// One execution of an orchestrator, alive over its turns: fed its history it catches up, fed new events it goes on, and
/// each turn it answers what the code decided. Kept between turns it is only fed what is new.
/// </summary>
internal sealed class OrchestratorExecution
{
    private readonly ExecutionStartedEvent _started;
    private readonly ITaskOrchestrator _orchestrator;
    private readonly DataConverter _converter;
    private readonly TurnContext _turns = new();
    private readonly OrchestrationContext _context;
    private readonly Action _process;
    private IReadOnlyList<HistoryEvent> _past = [];
    private IReadOnlyList<HistoryEvent> _new = [];
    private Queue<HistoryEvent>? _held;
    private Task<string?>? _code;
    private ExecutionTerminatedEvent? _terminated;
    private TaskFailureDetails? _breach;
    private bool _suspended;
    private bool _rewound;

    public OrchestratorExecution(ExecutionStartedEvent started, ITaskOrchestrator orchestrator, ReplaySettings settings)
    {
        _started = started;
        _orchestrator = orchestrator;
        _converter = settings.Converter;
        _context = new OrchestrationContext(started, settings, _turns);
        _process = ProcessTurn;
    }

    public string InstanceId => _context.InstanceId;

    public string ExecutionId => _started.OrchestrationInstance.ExecutionId ?? "";

    public ExecutionStartedEvent Started => _started;

    /// <summary>When the execution began, as its history tells it; null before its first turn.</summary>
    public Timestamp? StartedAt { get; private set; }

    /// <summary>Whether the last turn ended the execution: there is no next turn.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Runs a turn and adds what was decided to the response.</summary>
    /// <param name="past">What happened before and this object has not seen: all of it when new, nothing when kept.</param>
    /// <param name="newEvents">The turn's events, OrchestratorStarted first.</param>
    /// <param name="response">Gets the actions and the custom status.</param>
    public void RunTurn(IReadOnlyList<HistoryEvent> past, IReadOnlyList<HistoryEvent> newEvents, OrchestratorResponse response)
    {
        _past = past;
        _new = newEvents;
        _rewound |= IsRewound(past) || IsRewound(newEvents);
        _turns.Run(_process);
        _past = [];
        _new = [];

        response.CustomStatus = _context.CustomStatus;
        if (Completion() is { } completion)
        {
            IsOver = true;
            if (completion.OrchestrationStatus is OrchestrationStatus.Terminated || _breach is not null)
                _context.Decisions.Clear();

            _context.Decisions.Add().CompleteOrchestration = completion;
        }

        if (IsOver || !_suspended)
            _context.Decisions.MoveTo(response.Actions);
    }

    private void ProcessTurn()
    {
        try
        {
            _context.SetReplaying(true);
            foreach (var e in _past)
                Process(e);

            _context.SetReplaying(false);
            foreach (var e in _new)
                Process(e);
        }
        catch (NonDeterministicOrchestrationException e)
        {
            _breach = e.ToFailure();
        }
    }

    private void Process(HistoryEvent e)
    {
        if (_terminated is not null)
            return;

        if (_suspended)
            ProcessSuspended(e);
        else
        {
            if (e.EventTypeCase is EventType.OrchestratorStarted)
                EnsureNothingIsMissing();

            Apply(e);
        }
    }

    /// <summary>A suspended orchestration takes what happens and acts on it when it is resumed.</summary>
    private void ProcessSuspended(HistoryEvent e)
    {
        switch (e.EventTypeCase)
        {
            case EventType.ExecutionTerminated:
                Apply(e);
                break;
            case EventType.ExecutionResumed:
                _suspended = false;
                while (_held is not null && _held.TryDequeue(out var held))
                    Apply(held);
                break;
            case EventType.ExecutionSuspended:
                break;
            default:
                (_held ??= new()).Enqueue(e);
                break;
        }
    }

    /// <summary>When a turn begins, the history knows what the turns before it decided; a rewound one was told to forget.</summary>
    private void EnsureNothingIsMissing()
    {
        if (_rewound)
            return;

        if (_code is { IsCompleted: true })
            throw _context.Decisions.EndedEarly();

        _context.Decisions.EnsureAllRecorded();
    }

    private void Apply(HistoryEvent e)
    {
        switch (e.EventTypeCase)
        {
            case EventType.OrchestratorStarted: _context.BeginTurn(e.Timestamp.ToDateTime()); break;
            case EventType.ExecutionStarted:
                StartedAt ??= e.Timestamp;
                _code ??= RunCodeAsync();
                break;
            case EventType.TaskCompleted: Complete(OpenTaskKind.Activity, e.TaskCompleted.TaskScheduledId, e.TaskCompleted.Result); break;
            case EventType.TaskFailed: Fail(OpenTaskKind.Activity, e.TaskFailed.TaskScheduledId, e.TaskFailed.FailureDetails); break;
            case EventType.TimerFired: Complete(OpenTaskKind.Timer, e.TimerFired.TimerId, null); break;
            case EventType.SubOrchestrationInstanceCompleted:
                var completed = e.SubOrchestrationInstanceCompleted;
                Complete(OpenTaskKind.Child, completed.TaskScheduledId, completed.Result);
                break;
            case EventType.SubOrchestrationInstanceFailed:
                var failed = e.SubOrchestrationInstanceFailed;
                Fail(OpenTaskKind.Child, failed.TaskScheduledId, failed.FailureDetails);
                break;
            case EventType.EventRaised: Raise(e); break;
            case EventType.ExecutionSuspended: _suspended = true; break;
            case EventType.ExecutionTerminated: _terminated = e.ExecutionTerminated; break;
            case EventType.TaskScheduled or EventType.TimerCreated or EventType.SubOrchestrationInstanceCreated or EventType.EventSent:
                _context.Decisions.Confirm(e);
                break;
            case EventType.ExecutionResumed or EventType.OrchestratorCompleted or EventType.ExecutionCompleted:
            case EventType.GenericEvent or EventType.ExecutionRewound:
                break;
            default:
                throw new NotSupportedException($"The history of instance '{InstanceId}' has an event of unknown kind: {e.EventTypeCase}.");
        }

        _turns.Drain();
    }

    private void Complete(OpenTaskKind kind, int id, string? result) => _context.Complete(kind, id, result);

    private void Fail(OpenTaskKind kind, int id, Protocol.TaskFailureDetails? failure) => _context.Fail(kind, id, failure);

    /// <summary>Once the code has ended nothing is consumed any more: what comes is for the next execution.</summary>
    private void Raise(HistoryEvent e)
    {
        if (_code is { IsCompleted: true })
            _context.Events.Keep(e);
        else
            _context.Events.Raise(e);
    }

    /// <summary>The author's code, with all of its failures inside the task: input and output that don't convert included.</summary>
    private async Task<string?> RunCodeAsync()
    {
        var input = _converter.Deserialize(_started.Input, _orchestrator.InputType);
        var output = await _orchestrator.RunAsync(_context, input);
        return _converter.Serialize(_context.Next is { } next ? next.NewInput : output);
    }

    private CompleteOrchestrationAction? Completion()
    {
        if (_terminated is not null)
            return new() { OrchestrationStatus = OrchestrationStatus.Terminated, Result = _terminated.Input };

        _breach ??= Strayed();
        if (_breach is not null)
            return Failed(_breach);

        if (_turns.Escaped is { } escaped)
            return Failed(TaskFailureDetails.FromException(escaped));

        if (_suspended || _code is not { IsCompleted: true })
            return null;

        if (_code.IsCanceled)
            return Failed(TaskFailureDetails.FromException(new TaskCanceledException(_code)));

        if (_code.Exception is { } failure)
            return Failed(TaskFailureDetails.FromException(failure.InnerException ?? failure));

        var result = _code.GetAwaiter().GetResult();
        return _context.Next is { } next
            ? ContinuedAsNew(next, result)
            : new() { OrchestrationStatus = OrchestrationStatus.Completed, Result = result };
    }

    /// <summary>The code waits for something that no event of a history can bring: it would wait for ever.</summary>
    private TaskFailureDetails? Strayed()
    {
        var waitsForNothing = _code is { IsCompleted: false } && !_suspended && !_context.AwaitsSomething;
        if (!_turns.Strayed && !waitsForNothing)
            return null;

        return NonDeterministicOrchestrationException.Failure(
            $"Orchestrator '{_started.Name}', instance '{InstanceId}', awaited something that is not a durable task. An orchestrator "
            + "may await only tasks of its TaskOrchestrationContext: I/O, locks and Task.Run belong into an activity, "
            + "Task.Delay becomes context.CreateTimer, and ConfigureAwait(false) and ContinueWith are not used.");
    }

    private CompleteOrchestrationAction ContinuedAsNew(ContinueAsNewOptions next, string? input)
    {
        var completion = new CompleteOrchestrationAction
        {
            OrchestrationStatus = OrchestrationStatus.ContinuedAsNew,
            Result = input,
            NewVersion = next.NewVersion?.Version,
        };
        if (next.PreserveUnprocessedEvents)
            completion.CarryoverEvents.Add(_context.Events.Unprocessed);

        return completion;
    }

    /// <summary>The output of a failed instance is the message, as with other workers of .NET.</summary>
    internal static CompleteOrchestrationAction Failed(TaskFailureDetails failure) => new()
    {
        OrchestrationStatus = OrchestrationStatus.Failed,
        Result = failure.ErrorMessage,
        FailureDetails = failure.ToWire(),
    };

    private static bool IsRewound(IReadOnlyList<HistoryEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
            if (events[i].EventTypeCase is EventType.ExecutionRewound)
                return true;

        return false;
    }
}
